#include "account_rule.hpp"

#include "account_name.hpp"

namespace communication_matrix {

namespace {

constexpr std::string_view field_prefix = "field:";

account_rule_result lacks(std::string why) { return {{}, std::move(why)}; }

account_rule_result local(std::string_view word, const configuration& site, const char* what) {
    if (word.empty()) return lacks(std::string("the roster gives no ") + what);
    return {account_of(word, site.account_prefix, site.server_name), {}};
}

/// A word that stands for an account by itself, or for the local part of one.
account_rule_result by_field(const core_communication::person& who, std::string_view name, const configuration& site) {
    const auto found = who.fields.find(name);
    if (found == who.fields.end()) return lacks("the roster gives no field " + std::string(name));
    const std::string_view word = found->second;
    if (!word.starts_with('@')) return local(word, site, "account");
    // Matrix specification, appendix "User Identifiers": one colon at least, at most 255 bytes.
    const auto colon = word.find(':');
    if (colon < 2 || colon == std::string_view::npos || colon + 1 == word.size() || word.size() > 255 ||
        word.find_first_of(" \t/?#") != std::string_view::npos)
        return lacks("the roster's field " + std::string(name) + " is no account: " + std::string(word));
    return {std::string(word), {}};
}

}  // namespace

account_rule_result account_by_rule(const core_communication::person& who, const configuration& site) {
    const std::string_view source = site.account_source;
    if (source.starts_with(field_prefix)) return by_field(who, source.substr(field_prefix.size()), site);
    if (source == "email") {
        const auto at = who.email.rfind('@');
        return local(at == std::string::npos ? std::string_view() : std::string_view(who.email).substr(0, at), site,
                     "e-mail address");
    }
    return local(who.username, site, "user name");
}

bool is_local(std::string_view account, const configuration& site) {
    const auto colon = account.find(':');
    return colon != std::string_view::npos && account.substr(colon + 1) == site.server_name;
}

}  // namespace communication_matrix
