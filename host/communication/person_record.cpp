#include "communication/person_record.hpp"

#include "communication/room_rules.hpp"
#include "service/value_erasure.hpp"
#include "task/errors.hpp"

#include <core_communication/processor.hpp>

#include <algorithm>
#include <utility>

namespace commhost::communication {

using core_communication::account_origin;
using core_communication::user_id;

std::vector<standing_in_room> rooms_with(store::connection& on, user_id person) {
    std::vector<standing_in_room> found;
    for (auto& [room, synced, leaving, role, presence, attempts, kind, error, at] :
         on.query<communication_id, bool, bool, core_communication::room_role,
                  std::optional<core_communication::presence>, int, std::optional<std::string>,
                  std::optional<std::string>, std::optional<store::milliseconds_utc>>(
             "select communication_id, synced, deleted, role, presence, attempts, error_kind, error, error_at "
             "from communication_user where user_id = :user order by communication_id",
             {{"user", person}}))
        found.push_back({room, synced, leaving, role, presence, attempts, std::move(kind), std::move(error), at});
    return found;
}

std::vector<account_at> accounts_with(store::connection& on, user_id person) {
    std::vector<account_at> found;
    for (auto& [provider, account, origin, former] : on.query<std::string, std::string, account_origin, bool>(
             R"(select provider, account, origin, 0 as former from communication_account where user_id = :user
                union all
                select f.provider, f.account, f.origin, 1 as former from communication_former_account f
                where f.user_id = :user and not exists
                    (select 1 from communication_account a where a.provider = f.provider and a.account = f.account)
                order by provider, former, account)",
             {{"user", person}}))
        found.push_back({std::move(provider), std::move(account), origin == account_origin::made, former});
    return found;
}

std::vector<std::string> names_of(const directory::user_record& person, std::span<const account_at> accounts) {
    std::vector<std::string> names{person.username, person.display_name, person.email};
    for (const auto& each : accounts) names.push_back(each.account);
    std::erase_if(names, [](const std::string& name) { return name.size() < service::shortest_name; });
    std::sort(names.begin(), names.end(),
              [](const auto& a, const auto& b) { return a.size() != b.size() ? a.size() > b.size() : a < b; });
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
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

std::vector<mention> mentions_of(store::connection& on, user_id person, std::span<const std::string> names) {
    std::vector<mention> found;
    // A text that has several of the names is told once.
    const auto add = [&found](mention made) {
        const bool told = std::any_of(found.begin(), found.end(), [&](const mention& each) {
            return each.in == made.in && each.number == made.number && each.text == made.text;
        });
        if (!told) found.push_back(std::move(made));
    };
    for (const auto& name : names) {
        for (auto& [room, text] : on.query<std::int64_t, std::string>(
                 "select id, last_error from communication where last_error is not null "
                 "and last_error <> replace(last_error, :name, '') order by id",
                 {{"name", name}}))
            add({mention::place::room, room, {}, std::move(text)});
        for (auto& [room, text] : on.query<std::int64_t, std::string>(
                 "select communication_id, error from communication_user where user_id <> :user and error is not null "
                 "and error <> replace(error, :name, '') order by communication_id, user_id",
                 {{"user", person}, {"name", name}}))
            add({mention::place::member, room, {}, std::move(text)});
        for (auto& told : task::errors_with(on, name)) {
            const auto number = told.task ? static_cast<std::int64_t>(*told.task) : 0;
            add({told.task ? mention::place::task : mention::place::queue, number, std::move(told.queue),
                 std::move(told.text)});
        }
        for (const auto room : rooms_exempting(on, name))
            add({mention::place::room_rule, static_cast<std::int64_t>(room), {}, name});
    }
    return found;
}

void blank_in_rooms(store::connection& within, std::span<const std::string> names, std::string_view by) {
    std::vector<communication_id> rooms;
    for (const auto& name : names)
        for (const auto& [room] : within.query<communication_id>(
                 "select id from communication where last_error is not null "
                 "and last_error <> replace(last_error, :name, '') union select communication_id from "
                 "communication_user where error is not null and error <> replace(error, :name, '')",
                 {{"name", name}}))
            rooms.push_back(room);
    lock_rooms(within, rooms);
    for (const auto& name : names) {
        within.execute("update communication set last_error = replace(last_error, :name, :by) "
                       "where last_error is not null and last_error <> replace(last_error, :name, :by)",
                       {{"name", name}, {"by", by}});
        within.execute("update communication_user set error = replace(error, :name, :by) "
                       "where error is not null and error <> replace(error, :name, :by)",
                       {{"name", name}, {"by", by}});
    }
}

std::vector<value_with_account> values_with(store::connection& on, std::span<const account_at> accounts) {
    std::vector<value_with_account> found;
    for (const auto& each : accounts) {
        for (auto& value : service::values_with(on, each.provider, rooms_at(on, each.provider), each.account)) {
            const auto room = value.room == communication_id{} ? std::nullopt : std::optional(value.room);
            found.push_back({each.provider, room, std::move(value.key)});
        }
    }
    return found;
}

}  // namespace commhost::communication
