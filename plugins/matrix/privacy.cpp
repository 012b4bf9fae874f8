#include "privacy.hpp"

#include "account_maker.hpp"
#include "account_rule.hpp"
#include "answer.hpp"
#include "bounded_json.hpp"
#include "shown_account.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <array>
#include <utility>

namespace communication_matrix {

using core_communication::failure;
using core_communication::percent_encode;
using core_communication::personal_record;
using core_communication::provider_error;
using core_communication::user_id;

namespace {

/// What else the server tells of an account: under which name it is exported, and where it is.
struct part {
    std::string_view name, version, path;
};
constexpr std::array parts{part{"membership", "v1", "/joined_rooms"}, part{"devices", "v2", "/devices"},
                           part{"pushers", "v1", "/pushers"}, part{"account_data", "v1", "/accountdata"}};

std::string path_of(std::string_view version, std::string_view account, std::string_view what) {
    return "/_synapse/admin/" + std::string(version) + "/users/" + percent_encode(account) + std::string(what);
}

personal_record record_of(std::string_view name, const boost::json::value& content) {
    return {std::string(name), boost::json::serialize(content)};
}

}  // namespace

privacy::privacy(core_communication::processor& processor, client& server, const configuration& site)
    : processor_(processor), server_(server), site_(site) {}

std::vector<personal_record> privacy::export_data(user_id user) {
    const auto account = account_of(user);
    if (!account || !is_local(*account, site_)) return {};
    auto known = read_account(*account);
    if (!known) return {};
    known->erase("password_hash");  // which some versions of Synapse give: a secret, and nothing to hand out
    boost::json::array addresses;
    for (auto& each : shown_addresses(*known)) addresses.emplace_back(std::move(each));
    std::vector<personal_record> found{record_of("username", boost::json::value(*account)),
                                       record_of("display_name", boost::json::value(text_in(*known, "displayname"))),
                                       record_of("email", std::move(addresses)), record_of("account", *known)};
    const auto add = [&](std::string_view name, const std::string& path) {
        const auto answer = server_.get_list(path);
        if (is_not_found(answer) || is_not_offered(answer)) return;
        if (!succeeded(answer)) throw failure_of(answer, "tell the " + std::string(name) + " of an account");
        found.push_back(record_of(name, object_in(answer)));
    };
    for (const auto& each : parts) add(each.name, path_of(each.version, *account, each.path));
    add("sessions", "/_synapse/admin/v1/whois/" + percent_encode(*account));
    return found;
}

bool privacy::erase(user_id user) {
    const auto account = account_of(user);
    if (!account) return true;
    if (!is_local(*account, site_))
        throw provider_error(failure::conflict,
                             *account + " is an account of another server, where we can erase nothing");
    const auto known = read_account(*account);
    // Matrix Authentication Service has accounts that it has yet to put on the homeserver.
    if (!known && !site_.mas.is_set()) return true;
    if (known && is_set(*known, "admin"))
        throw provider_error(failure::conflict, *account + " is the account of a server admin, which is not erased");
    if (*account == server_.own_account())
        throw provider_error(failure::conflict, *account + " is the account that this plugin works with");
    if (known && is_set(*known, "deactivated") && is_set(*known, "erased")) return true;
    account_maker_for(processor_, server_, site_)->erase(*account);
    const auto left = read_account(*account);
    // Older versions of Synapse do not tell what they have erased.
    return !left || (is_set(*left, "deactivated") && (!left->contains("erased") || is_set(*left, "erased")));
}

std::optional<std::string> privacy::account_of(user_id user) const {
    return processor_.accounts(std::array{user}).at(0);
}

std::optional<boost::json::object> privacy::read_account(std::string_view account) {
    const auto answer = server_.get(path_of("v2", account, ""));
    if (is_not_found(answer)) return std::nullopt;
    if (!succeeded(answer)) throw failure_of(answer, "look up an account");
    return object_in(answer);
}

}  // namespace communication_matrix
