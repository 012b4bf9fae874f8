#include "shown_account.hpp"

#include "addresses.hpp"
#include "bounded_json.hpp"

#include <boost/json/array.hpp>

#include <algorithm>

namespace communication_matrix {

namespace {

const boost::json::array* list_in(const boost::json::object& account, std::string_view field) {
    const auto* value = account.if_contains(field);
    return value == nullptr || !value->is_array() ? nullptr : &value->get_array();
}

}  // namespace

std::vector<std::string> shown_addresses(const boost::json::object& account) {
    std::vector<std::string> addresses;
    const auto* threepids = list_in(account, "threepids");
    if (threepids == nullptr) return addresses;
    for (const auto& each : *threepids)
        if (each.is_object() && text_in(each.get_object(), "medium") == "email")
            addresses.push_back(canonical(text_in(each.get_object(), "address")));
    return addresses;
}

std::vector<external_id> shown_external_ids(const boost::json::object& account) {
    std::vector<external_id> shown;
    if (const auto* list = list_in(account, "external_ids"))
        for (const auto& each : *list)
            if (each.is_object())
                shown.push_back(
                    {text_in(each.get_object(), "auth_provider"), text_in(each.get_object(), "external_id")});
    return shown;
}

unlike compare(const boost::json::object& account, const core_communication::person& who) {
    const auto addresses = shown_addresses(account);
    const bool has_address = std::find(addresses.begin(), addresses.end(), canonical(who.email)) != addresses.end();
    return {!who.display_name.empty() && text_in(account, "displayname") != who.display_name,
            !who.email.empty() && !has_address, false};
}

bool is_as_sent(const boost::json::object& account, const core_communication::person& who,
                const std::optional<external_id>& sent_id) {
    for (const auto& each : shown_external_ids(account))
        if (each != sent_id) return false;
    const auto addresses = shown_addresses(account);
    const auto sent = canonical(who.email);
    return !compare(account, who).name &&
           std::all_of(addresses.begin(), addresses.end(), [&](const auto& each) { return each == sent; });
}

bool is_set(const boost::json::object& account, std::string_view field) {
    const auto* value = account.if_contains(field);
    return value != nullptr &&
           ((value->is_bool() && value->get_bool()) || (value->is_int64() && value->get_int64() != 0));
}

}  // namespace communication_matrix
