#include "account_rule.hpp"

#include "account_name.hpp"

#include <utility>

namespace communication_matrix {

namespace {

constexpr std::string_view field_prefix = "field:";
constexpr std::string_view pattern_prefix = "pattern:";

account_rule_result lacks(std::string why) { return {{}, std::move(why)}; }

account_rule_result local(std::string_view word, const configuration& site, const std::string& what) {
    if (word.empty()) return lacks("the roster gives no " + what);
    return {account_of(word, site.account_prefix, site.server_name), {}};
}

/// A word that stands for an account by itself, or for the local part of one.
account_rule_result account_or_local(std::string_view word, const configuration& site, const std::string& what) {
    if (!word.starts_with('@')) return local(word, site, "account");
    // Matrix specification, appendix "User Identifiers": one colon at least, at most 255 bytes.
    const auto colon = word.find(':');
    if (colon < 2 || colon == std::string_view::npos || colon + 1 == word.size() || word.size() > 255 ||
        word.find_first_of(" \t/?#") != std::string_view::npos)
        return lacks(what + " is no account: " + std::string(word));
    return {std::string(word), {}};
}

std::string_view before_the_last_at(std::string_view email) {
    const auto at = email.rfind('@');
    return at == std::string_view::npos ? std::string_view() : email.substr(0, at);
}

/// Empty where the roster has nothing of that name.
std::string_view value_of(const core_communication::person& who, std::string_view name) {
    if (name == "username") return who.username;
    if (name == "given_name") return who.given_name;
    if (name == "family_name") return who.family_name;
    if (name == "email") return before_the_last_at(who.email);
    if (!name.starts_with(field_prefix)) return {};
    const auto found = who.fields.find(name.substr(field_prefix.size()));
    return found == who.fields.end() ? std::string_view() : std::string_view(found->second);
}

account_rule_result by_field(const core_communication::person& who, std::string_view name, const configuration& site) {
    const auto word = value_of(who, std::string(field_prefix).append(name));
    if (word.empty()) return lacks("the roster gives no field " + std::string(name));
    return account_or_local(word, site, "the roster's field " + std::string(name));
}

/// settings.json has seen to it that braces are closed and hold what value_of knows.
account_rule_result by_pattern(const core_communication::person& who, std::string_view pattern,
                               const configuration& site) {
    // The server stands in the pattern: nobody's name says which one it is.
    const bool is_account = pattern.starts_with('@');
    std::string word;
    for (auto open = pattern.find('{'); open != std::string_view::npos; open = pattern.find('{')) {
        const auto close = pattern.find('}', open);
        const auto name = pattern.substr(open + 1, close - open - 1);
        const auto value = value_of(who, name);
        if (value.empty()) return lacks("the roster gives no " + std::string(name));
        if (is_account && value.find(':') != std::string_view::npos)
            return lacks("the roster's " + std::string(name) + " is no part of an account: " + std::string(value));
        word.append(pattern.substr(0, open)).append(value);
        pattern.remove_prefix(close + 1);
    }
    return account_or_local(word.append(pattern), site, "what follows from the pattern");
}

}  // namespace

account_rule_result account_by_rule(const core_communication::person& who, const configuration& site) {
    const std::string_view source = site.account_source;
    if (source.starts_with(field_prefix)) return by_field(who, source.substr(field_prefix.size()), site);
    if (source.starts_with(pattern_prefix)) return by_pattern(who, source.substr(pattern_prefix.size()), site);
    if (source == "email") return local(before_the_last_at(who.email), site, "e-mail address");
    return local(who.username, site, "user name");
}

std::optional<external_id> external_id_by_rule(const core_communication::person& who, const configuration& site) {
    std::string_view source = site.sso_id;
    const auto word = [&](std::string_view name) {
        return name == "email" ? std::string_view(who.email) : value_of(who, name);
    };
    std::string subject;
    if (source.starts_with(pattern_prefix)) {
        source.remove_prefix(pattern_prefix.size());
        for (auto open = source.find('{'); open != std::string_view::npos; open = source.find('{')) {
            const auto close = source.find('}', open);
            const auto value = word(source.substr(open + 1, close - open - 1));
            if (value.empty()) return std::nullopt;
            subject.append(source.substr(0, open)).append(value);
            source.remove_prefix(close + 1);
        }
        subject.append(source);
    } else {
        subject = word(source);
    }
    if (site.sso_provider.empty() || subject.empty()) return std::nullopt;
    return external_id{site.sso_provider, std::move(subject)};
}

bool is_local(std::string_view account, const configuration& site) {
    const auto colon = account.find(':');
    return colon != std::string_view::npos && account.substr(colon + 1) == site.server_name;
}

}  // namespace communication_matrix
