#include "communication/mentions.hpp"

#include "communication/room.hpp"
#include "communication/room_rules.hpp"
#include "service/value_erasure.hpp"
#include "store/json_rows.hpp"
#include "task/errors.hpp"
#include "text/ascii.hpp"
#include "text/utf8.hpp"
#include "text/whole_name.hpp"

#include <core_communication/http_service.hpp>

#include <algorithm>
#include <functional>
#include <tuple>
#include <utility>

namespace commhost::communication {

namespace {

using core_communication::user_id;
using store::column;
using store::json_rows;

void longest_first(std::vector<std::string>& names) {
    std::sort(names.begin(), names.end(),
              [](const auto& a, const auto& b) { return a.size() != b.size() ? a.size() > b.size() : a < b; });
    names.erase(std::unique(names.begin(), names.end()), names.end());
}

/// Those that are not parts of too many words.
std::vector<std::string> telling(std::vector<std::string> names) {
    std::erase_if(names, [](const std::string& name) { return name.size() < service::shortest_name; });
    longest_first(names);
    return names;
}

/// With the escapes of percent-encoding in lower case.
std::string with_small_escapes(std::string encoded) {
    for (auto at = encoded.find('%'); at != std::string::npos; at = encoded.find('%', at + 3))
        encoded.replace(at, 3, text::lower(encoded.substr(at, 3)));
    return encoded;
}

/// As the names may stand in an address.
std::vector<std::string> spellings_of(std::span<const std::string> names) {
    std::vector<std::string> spellings(names.begin(), names.end());
    for (const auto& name : names) {
        auto encoded = core_communication::percent_encode(name);
        spellings.push_back(with_small_escapes(encoded));
        spellings.push_back(std::move(encoded));
    }
    longest_first(spellings);
    return spellings;
}

bool has_any(std::string_view text, std::span<const std::string> spellings) {
    return std::any_of(spellings.begin(), spellings.end(),
                       [&](const std::string& name) { return text::has_name(text, name, text::written_by::people); });
}

std::string without_spellings(std::string text, std::span<const std::string> spellings, std::string_view by) {
    for (const auto& name : spellings)
        if (text.find(name) != std::string::npos)
            text = text::with_name_replaced(text, name, by, text::written_by::people);
    return text;
}

std::string json_of(std::span<const std::string> spellings) {
    json_rows rows;
    for (const auto& each : spellings) rows.add(each);
    return rows.json();
}

struct room_text {
    communication_id room{};
    std::string text;
};

std::vector<room_text> room_errors_with(store::connection& on, std::span<const std::string> spellings) {
    std::vector<room_text> found;
    for (auto& [room, text] : on.query<communication_id, std::string>(
             "select c.id, c.last_error from communication c where c.last_error is not null and " +
                 json_rows::holds_any(on.dialect(), "c.last_error", ":rows") + " order by c.id",
             {{"rows", json_of(spellings)}}))
        if (has_any(text, spellings)) found.push_back({room, std::move(text)});
    return found;
}

struct member_text {
    communication_id room{};
    user_id user{};
    std::string text;
};

std::vector<member_text> member_errors_with(store::connection& on, std::span<const std::string> spellings) {
    std::vector<member_text> found;
    for (auto& [room, user, text] : on.query<communication_id, user_id, std::string>(
             "select c.communication_id, c.user_id, c.error from communication_user c where c.error is not null and " +
                 json_rows::holds_any(on.dialect(), "c.error", ":rows") + " order by c.communication_id, c.user_id",
             {{"rows", json_of(spellings)}}))
        if (has_any(text, spellings)) found.push_back({room, user, std::move(text)});
    return found;
}

std::vector<task::told_error> task_errors_with(store::connection& on, std::span<const std::string> spellings) {
    auto found = task::errors_with(on, spellings);
    std::erase_if(found, [&](const task::told_error& each) { return !has_any(each.text, spellings); });
    return found;
}

void blank_room_errors(store::connection& within, std::span<const std::string> spellings, std::string_view by) {
    json_rows rows;
    for (const auto& [room, text] : room_errors_with(within, spellings))
        rows.add(room, text, without_spellings(text, spellings, by));
    if (rows.empty()) return;
    within.execute("update communication set last_error = r.after from " +
                       json_rows::table(within.dialect(), ":rows",
                                        {{"id", column::integer}, {"before", column::text}, {"after", column::text}}) +
                       " r where communication.id = r.id and communication.last_error = r.before",
                   {{"rows", rows.json()}});
}

void blank_member_errors(store::connection& within, std::span<const std::string> spellings, std::string_view by) {
    json_rows rows;
    for (const auto& [room, user, text] : member_errors_with(within, spellings))
        rows.add(room, user, text, without_spellings(text, spellings, by));
    if (rows.empty()) return;
    within.execute(
        "update communication_user set error = r.after from " +
            json_rows::table(within.dialect(), ":rows",
                             {{"room", column::integer},
                              {"person", column::integer},
                              {"before", column::text},
                              {"after", column::text}}) +
            " r where communication_user.communication_id = r.room and communication_user.user_id = r.person "
            "and communication_user.error = r.before",
        {{"rows", rows.json()}});
}

}  // namespace

std::vector<std::string> names_of(const directory::user_record& person, std::span<const account_at> accounts) {
    std::vector<std::string> names{person.username, person.display_name, person.email};
    for (const auto& each : accounts) names.push_back(each.account);
    return telling(std::move(names));
}

std::vector<std::string> names_in(store::connection& on, communication_id room) {
    std::vector<std::string> names;
    for (auto& [username, display_name, email, account] :
         on.query<std::string, std::string, std::string, std::optional<std::string>>(
             R"(select u.username, u.display_name, u.email, a.account
                from communication_user m join communication c on c.id = m.communication_id
                     join directory_user u on u.id = m.user_id
                     left join communication_account a on a.user_id = m.user_id and a.provider = c.provider
                where m.communication_id = :room)",
             {{"room", room}})) {
        for (auto* const each : {&username, &display_name, &email}) names.push_back(std::move(*each));
        if (account) names.push_back(*std::move(account));
    }
    for (auto& [account] : on.query<std::string>(
             R"(select f.account from communication c join communication_user m on m.communication_id = c.id
                       join communication_former_account f on f.user_id = m.user_id and f.provider = c.provider
                where c.id = :room)",
             {{"room", room}}))
        names.push_back(std::move(account));
    return telling(std::move(names));
}

std::string_view to_string(mention::place place) {
    switch (place) {
        case mention::place::room: return "room";
        case mention::place::member: return "member";
        case mention::place::task: return "task";
        case mention::place::queue: return "queue";
        case mention::place::room_rule: break;
    }
    return "room_rule";
}

std::vector<mention> mentions_of(store::connection& on, const directory::user& person,
                                 std::span<const account_at> accounts) {
    auto names = names_of(person.record, accounts);
    const auto spellings = spellings_of(names);
    std::vector<mention> found;
    for (auto& [room, text] : room_errors_with(on, spellings))
        found.push_back({mention::place::room, static_cast<std::int64_t>(room), {}, {}, std::move(text)});
    for (auto& [room, user, text] : member_errors_with(on, spellings))
        if (user != person.id)
            found.push_back({mention::place::member, static_cast<std::int64_t>(room), {}, {}, std::move(text)});
    for (auto& [queue, task, text] : task_errors_with(on, spellings))
        found.push_back({task ? mention::place::task : mention::place::queue,
                         task ? static_cast<std::int64_t>(*task) : 0,
                         {},
                         std::move(queue),
                         std::move(text)});
    // Rules have whole accounts, so that a short one is found as well.
    for (const auto& each : accounts) names.push_back(each.account);
    for (auto& [instance, account] : exempting(on, names))
        found.push_back({mention::place::room_rule, 0, instance, {}, std::move(account)});
    return found;
}

void blank_in_rooms(store::connection& within, std::span<const std::string> names, std::string_view by) {
    if (names.empty()) return;
    const auto spellings = spellings_of(names);
    std::vector<communication_id> rooms;
    for (const auto& each : room_errors_with(within, spellings)) rooms.push_back(each.room);
    for (const auto& each : member_errors_with(within, spellings)) rooms.push_back(each.room);
    if (rooms.empty()) return;
    lock_rooms(within, rooms);
    blank_room_errors(within, spellings, by);
    blank_member_errors(within, spellings, by);
}

void blank_in_tasks(store::connection& within, std::span<const std::string> names, std::string_view by) {
    if (names.empty()) return;
    const auto spellings = spellings_of(names);
    task::reword_errors(within, spellings,
                        [&](const std::string& text) { return without_spellings(text, spellings, by); });
}

std::string without_names(std::string text, std::span<const std::string> names, std::string_view by) {
    return without_spellings(std::move(text), spellings_of(names), by);
}

void uncut_names::add(std::string_view name) {
    if (name.size() < service::shortest_name) return;
    const std::string whole(name);
    for (const auto& spelling : spellings_of(std::span(&whole, 1))) {
        spellings_.insert(std::hash<std::string_view>()(spelling));
        lengths_.insert(spelling.size());
    }
}

std::size_t uncut_names::place_before(std::string_view text, std::size_t at) const {
    if (lengths_.empty()) return at;
    const auto longest = *lengths_.rbegin();
    const auto stands_across = [&](std::size_t begin) {
        // Whatever ends at the cut is whole.
        for (auto length = lengths_.upper_bound(at - begin); length != lengths_.end(); ++length) {
            if (*length > text.size() - begin) return false;
            if (spellings_.contains(std::hash<std::string_view>()(text.substr(begin, *length)))) return true;
        }
        return false;
    };
    for (auto begin = at > longest ? at - longest : 0; begin < at;) {
        if (!stands_across(begin)) {
            ++begin;
            continue;
        }
        at = begin;
        begin = at > longest ? at - longest : 0;
    }
    return at;
}

std::string shortened(std::string_view text, const std::function<const uncut_names&()>& names, std::size_t at_most) {
    // A server may send any length; what is looked at is as much as can be stored, and the longest name behind it.
    constexpr std::size_t bytes_of_code_point = 4;
    constexpr std::size_t longest_name = 16'384;
    const auto head = text.substr(0, bytes_of_code_point * at_most + longest_name);
    const auto whole = text::printable(head);
    if (head.size() == text.size() && text::code_points(whole).value_or(0) <= at_most) return whole;
    const auto kept = names().place_before(whole, text::first_code_points(whole, at_most).size());
    return whole.substr(0, kept) + "...";
}

std::string shortened(std::string_view text, std::span<const std::string> names, std::size_t at_most) {
    std::optional<uncut_names> uncut;
    return shortened(
        text, [&]() -> const uncut_names& { return uncut.emplace(names); }, at_most);
}

}  // namespace commhost::communication
