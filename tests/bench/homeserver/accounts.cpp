#include "homeserver.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <charconv>
#include <iterator>

namespace commhost::stand_in {

namespace {

std::size_t number_in(const boost::json::object& asked, std::string_view field, std::size_t otherwise) {
    const auto text = text_in(asked, field);
    std::from_chars(text.data(), text.data() + text.size(), otherwise);
    return otherwise;
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char each) { return each >= 'A' && each <= 'Z' ? static_cast<char>(each - 'A' + 'a') : each; });
    return text;
}

boost::json::value name_or_null(const account& of) {
    return of.displayname ? boost::json::value(*of.displayname) : boost::json::value(nullptr);
}

}  // namespace

std::string homeserver::account_of(std::string_view local) const {
    return "@" + std::string(local) + ":" + server_name_;
}

bool homeserver::is_local(std::string_view account) const {
    return account.starts_with('@') && account.ends_with(":" + server_name_);
}

http_answer homeserver::whoami(const object&, const parts&) {
    return answer_of({{"user_id", admin_}, {"is_guest", false}, {"device_id", "STANDIN"}});
}

http_answer homeserver::versions(const object&, const parts&) {
    return answer_of({{"versions", {"r0.6.1", "v1.1", "v1.5", "v1.11", "v1.12"}}, {"unstable_features", object()}});
}

http_answer homeserver::server_version(const object&, const parts&) {
    return answer_of({{"server_version", "1.160.0"}});
}

http_answer homeserver::capabilities(const object&, const parts&) {
    object available;
    for (int version = 1; version <= 12; ++version) available[std::to_string(version)] = "stable";
    return answer_of({{"capabilities", {{"m.room_versions", {{"default", "11"}, {"available", available}}}}}});
}

homeserver::object homeserver::shown(const std::string& name, const account& of) const {
    boost::json::array addresses;
    for (const auto& each : of.addresses)
        addresses.push_back({{"medium", "email"},
                             {"address", each},
                             {"validated_at", of.created * 1000},
                             {"added_at", of.created * 1000}});
    return {{"name", name},
            {"admin", of.admin},
            {"deactivated", of.deactivated},
            {"locked", false},
            {"shadow_banned", false},
            {"creation_ts", of.created},
            {"appservice_id", nullptr},
            {"consent_server_notice_sent", nullptr},
            {"consent_version", nullptr},
            {"consent_ts", nullptr},
            {"user_type", nullptr},
            {"is_guest", false},
            {"suspended", false},
            {"displayname", name_or_null(of)},
            {"avatar_url", nullptr},
            {"threepids", std::move(addresses)},
            {"external_ids", boost::json::array()},
            {"erased", of.erased},
            {"last_seen_ts", nullptr}};
}

http_answer homeserver::get_user(const object&, const parts& of) {
    if (!is_local(of.front())) throw refusal{400, "M_UNKNOWN", "Can only look up local users"};
    const auto found = accounts_.find(of.front());
    // Not being there is an answer here, and not a refusal: so commhost learns whom to make.
    if (found == accounts_.end()) return answer_of({{"errcode", "M_NOT_FOUND"}, {"error", "User not found"}}, 404);
    return answer_of(shown(found->first, found->second));
}

http_answer homeserver::put_user(const object& asked, const parts& of) {
    const auto& name = of.front();
    if (!is_local(name)) throw refusal{400, "M_UNKNOWN", "This endpoint can only be used with local users"};
    const auto local = name.substr(1, name.find(':') - 1);
    if (local.find_first_not_of("0123456789") == std::string::npos)
        throw refusal{400, "M_INVALID_USERNAME", "Numeric user IDs are reserved for guest users."};
    const auto [found, is_new] = accounts_.try_emplace(name);
    auto& one = found->second;
    if (is_new) {
        one.displayname = local;
        one.created = seconds_now();
    }
    if (asked.contains("displayname")) one.displayname = text_in(asked, "displayname");
    if (const auto* addresses = asked.if_contains("threepids"); addresses != nullptr && addresses->is_array()) {
        for (const auto& old : one.addresses) owners_.erase(old);
        one.addresses.clear();
        for (const auto& each : addresses->get_array())
            if (each.is_object()) set_address(name, one, lower(text_in(each.get_object(), "address")));
    }
    return answer_of(shown(name, one), is_new ? 201 : 200);
}

/// Synapse takes it from whoever has it.
void homeserver::set_address(const std::string& name, account& of, const std::string& address) {
    if (const auto owner = owners_.find(address); owner != owners_.end() && owner->second != name)
        std::erase(accounts_[owner->second].addresses, address);
    owners_[address] = name;
    of.addresses.push_back(address);
}

http_answer homeserver::list_users(const object& asked, const parts&) {
    const auto from = std::min(number_in(asked, "from", 0), accounts_.size());
    const auto end = std::min(from + number_in(asked, "limit", 100), accounts_.size());
    boost::json::array users;
    auto at = std::next(accounts_.begin(), static_cast<std::ptrdiff_t>(from));
    for (auto index = from; index < end; ++index, ++at) {
        const auto& [name, one] = *at;
        users.push_back({{"name", name},
                         {"user_type", nullptr},
                         {"is_guest", false},
                         {"admin", one.admin},
                         {"deactivated", one.deactivated},
                         {"shadow_banned", false},
                         {"displayname", name_or_null(one)},
                         {"avatar_url", nullptr},
                         {"creation_ts", one.created * 1000},
                         {"approved", true},
                         {"erased", one.erased},
                         {"last_seen_ts", nullptr},
                         {"locked", false}});
    }
    object page{{"users", std::move(users)}, {"total", accounts_.size()}};
    if (end < accounts_.size()) page["next_token"] = std::to_string(end);
    return answer_of(page);
}

http_answer homeserver::find_address(const object&, const parts& of) {
    const auto owner = owners_.find(of.front());
    if (owner == owners_.end()) return answer_of({{"errcode", "M_NOT_FOUND"}, {"error", "User not found"}}, 404);
    return answer_of({{"user_id", owner->second}});
}

http_answer homeserver::deactivate(const object& asked, const parts& of) {
    const auto found = accounts_.find(of.front());
    if (found == accounts_.end()) throw refusal{404, "M_NOT_FOUND", "User not found"};
    auto& one = found->second;
    for (const auto& each : one.addresses) owners_.erase(each);
    one.addresses.clear();
    one.deactivated = true;
    const auto* erase = asked.if_contains("erase");
    if (erase != nullptr && erase->is_bool() && erase->get_bool()) {
        one.erased = true;
        one.displayname.reset();
    }
    return answer_of({{"id_server_unbind_result", "success"}});
}

http_answer homeserver::rate_limit(const object&, const parts& of) {
    if (!accounts_.contains(of.front())) throw refusal{404, "M_NOT_FOUND", "User not found"};
    return answer_of({{"messages_per_second", 0}, {"burst_count", 0}});
}

}  // namespace commhost::stand_in
