#include "service/value_erasure.hpp"

#include "service/room_values.hpp"
#include "service/site_values.hpp"
#include "store/json_rows.hpp"
#include "text/whole_name.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <tuple>
#include <utility>

namespace commhost::service {

namespace {

using core_communication::communication_id;

std::string without_in_text(std::string_view text, std::string_view account, std::string_view by) {
    return text::with_name_replaced(text, account, by, text::written_by::program);
}

bool is_json_of_several(std::string_view text) {
    boost::system::error_code failed;
    const auto document = boost::json::parse(text, failed);
    return !failed && document.is_structured();
}

/// Behind the quotation mark that ends the string which begins at `begin`, in what is JSON.
std::size_t end_of_string(std::string_view json, std::size_t begin) {
    auto at = begin + 1;
    while (json[at] != '"') at += json[at] == '\\' ? 2U : 1U;
    return at + 1;
}

bool is_name_of_field(std::string_view json, std::size_t end_of_string) {
    const auto next = json.find_first_not_of(" \t\r\n", end_of_string);
    return next != std::string_view::npos && json[next] == ':';
}

std::string without_in_json(std::string_view json, std::string_view account, std::string_view by) {
    std::string result;
    for (std::size_t at = 0; at < json.size();) {
        const auto begin = std::min(json.find('"', at), json.size());
        result.append(json.substr(at, begin - at));
        if (begin == json.size()) break;
        at = end_of_string(json, begin);
        const auto quoted = json.substr(begin, at - begin);
        const auto before = boost::json::value_to<std::string>(boost::json::parse(quoted));
        const auto after = is_name_of_field(json, at) ? before : without_in_text(before, account, by);
        result.append(after == before ? std::string(quoted) : boost::json::serialize(boost::json::string(after)));
    }
    return result;
}

std::string without_accounts(std::string text, std::span<const std::string> accounts, std::string_view by) {
    // Of the many names that are looked for a value has few: it is not parsed for the others.
    for (const auto& account : accounts)
        if (text.find(account) != std::string::npos) text = without_account(text, account, by);
    return text;
}

/// read gives what is stored now; replace puts a text in the place of another one, unless that is not what is stored any more.
template <class Read, class Replace>
void erase_from(std::optional<std::string> stored, std::span<const std::string> accounts, std::string_view by,
                const Read& read, const Replace& replace) {
    while (stored) {
        const auto left = without_accounts(*stored, accounts, by);
        if (left == *stored || replace(*stored, left)) return;
        stored = read();
    }
}

struct room_value_with {
    communication_id room{};
    std::string key, value;
};

/// Those of which the database can look for the name.
std::vector<std::string> long_enough(std::span<const std::string> accounts) {
    std::vector<std::string> names(accounts.begin(), accounts.end());
    std::erase_if(names, [](const std::string& name) { return name.size() < shortest_name; });
    return names;
}

std::string json_of(std::span<const std::string> names) {
    store::json_rows rows;
    for (const auto& name : names) rows.add(name);
    return rows.json();
}

std::vector<room_value_with> room_values_with(store::connection& on, std::span<const communication_id> rooms,
                                              std::span<const std::string> names) {
    store::json_rows rows;
    for (const auto room : rooms) rows.add(room);
    std::vector<room_value_with> found;
    for (auto& [room, key, value] : on.query<communication_id, std::string, std::string>(
             "select communication_id, key, value from service_room_value where " +
                 store::json_rows::holds_any(on.dialect(), "value", ":names") +
                 " and communication_id in (select r.id from " +
                 store::json_rows::table(on.dialect(), ":rows", {{"id", store::column::integer}}) +
                 " r) order by communication_id, key",
             {{"names", json_of(names)}, {"rows", rows.json()}}))
        found.push_back({room, std::move(key), std::move(value)});
    return found;
}

std::vector<std::tuple<std::string, std::string>> site_values_with(store::connection& on, std::string_view provider,
                                                                   std::span<const std::string> names) {
    return on.query<std::string, std::string>(
        "select key, value from service_site_value where provider = :provider and " +
            store::json_rows::holds_any(on.dialect(), "value", ":names") + " order by key",
        {{"provider", provider}, {"names", json_of(names)}});
}

}  // namespace

std::string without_account(std::string_view text, std::string_view account, std::string_view by) {
    if (account.size() < shortest_name) return std::string(text);
    return is_json_of_several(text) ? without_in_json(text, account, by) : without_in_text(text, account, by);
}

void erase_from_values(store::connection& on, std::string_view provider, std::span<const communication_id> rooms,
                       std::span<const std::string> accounts, std::string_view by) {
    const auto names = long_enough(accounts);
    if (names.empty()) return;
    for (const auto& each : room_values_with(on, rooms, names))
        erase_from(
            each.value, names, by, [&] { return room_value(on, each.room, each.key); },
            [&](const std::string& before, const std::string& after) {
                return on.execute("update service_room_value set value = :after "
                                  "where communication_id = :room and key = :key and value = :before",
                                  {{"after", after}, {"room", each.room}, {"key", each.key}, {"before", before}}) > 0;
            });
    for (const auto& found : site_values_with(on, provider, names)) {
        const auto& key = std::get<0>(found);
        erase_from(
            std::get<1>(found), names, by, [&] { return site_value(on, provider, key); },
            [&](const std::string& before, const std::string& after) {
                return on.execute("update service_site_value set value = :after "
                                  "where provider = :provider and key = :key and value = :before",
                                  {{"after", after}, {"provider", provider}, {"key", key}, {"before", before}}) > 0;
            });
    }
}

std::vector<kept_value> values_with(store::connection& on, std::string_view provider,
                                    std::span<const communication_id> rooms, std::string_view account) {
    std::vector<kept_value> found;
    if (account.size() < shortest_name) return found;
    const std::array names{std::string(account)};
    for (auto& [room, key, value] : room_values_with(on, rooms, names))
        if (without_account(value, account, "") != value) found.push_back({room, std::move(key)});
    for (auto& [key, value] : site_values_with(on, provider, names))
        if (without_account(value, account, "") != value) found.push_back({{}, std::move(key)});
    return found;
}

}  // namespace commhost::service
