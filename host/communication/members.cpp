#include "communication/members.hpp"

#include "directory/user_rows.hpp"
#include "store/json_rows.hpp"

namespace commhost::communication {

namespace {

using core_communication::communication_id;
using core_communication::room_role;
using core_communication::user_id;
using directory::rows_of;
using directory::users_table;
using store::column;
using store::json_rows;

/// Whether a row of the table is the one of the rows r: in the room :room, of the same person.
std::string is_row_of(const store::connection& on) {
    return "communication_user.communication_id = " + json_rows::in_each_row(on.dialect(), ":room") +
           " and communication_user.user_id = r.user_id";
}

}  // namespace

void record_wanted(store::connection& on, communication_id room, std::span<const core_communication::member> wanted) {
    json_rows rows;
    for (const auto& member : wanted) rows.add(member.user);
    const auto table = users_table(on);
    const auto json = rows.json();
    on.execute("insert into communication_user (communication_id, user_id) "
               "select cast(:room as bigint), r.user_id from " +
                   table +
                   " r where true "
                   "on conflict (communication_id, user_id) do update set deleted = 0, synced = 0 "
                   "where communication_user.deleted = 1",
               {{"room", room}, {"rows", json}});
    on.execute("update communication_user set deleted = 1 where communication_id = :room and deleted = 0 "
               "and user_id not in (select r.user_id from " +
                   table + " r)",
               {{"room", room}, {"rows", json}});
}

std::vector<known_member> known_members(store::connection& on, communication_id room, std::string_view provider) {
    std::vector<known_member> known;
    for (const auto& [user, has_account, synced, role, presence] :
         on.query<user_id, bool, bool, room_role, std::optional<core_communication::presence>>(
             R"(select u.user_id, case when a.account is null then 0 else 1 end, u.synced, u.role, u.presence
                from communication_user u
                left join communication_account a on a.provider = :provider and a.user_id = u.user_id
                where u.communication_id = :room order by u.user_id)",
             {{"provider", provider}, {"room", room}}))
        known.push_back({user, has_account, synced, role, presence});
    return known;
}

void record_failures(store::connection& on, communication_id room, std::span<const verdict> verdicts,
                     store::milliseconds_utc now) {
    json_rows rows;
    for (const auto& [user, role, failed, reason] : verdicts) {
        if (failed) rows.add(user, core_communication::to_string(*failed), reason);
    }
    if (rows.empty()) return;
    const auto table = json_rows::table(
        on.dialect(), ":rows", {{"user_id", column::integer}, {"kind", column::text}, {"reason", column::text}});
    on.execute("update communication_user set attempts = attempts + 1, error_kind = r.kind, error = r.reason, "
               "error_at = case when communication_user.error = r.reason then communication_user.error_at "
               "                else cast(:now as bigint) end "
               "from " +
                   table + " r where " + is_row_of(on),
               {{"rows", rows.json()}, {"room", room}, {"now", now}});
}

void record_in_room(store::connection& on, communication_id room, std::span<const verdict> verdicts,
                    store::milliseconds_utc now) {
    record_failures(on, room, verdicts, now);
    json_rows rows;
    for (const auto& [user, role, failed, reason] : verdicts) {
        if (!failed) rows.add(user, role);
    }
    if (rows.empty()) return;
    const auto table =
        json_rows::table(on.dialect(), ":rows", {{"user_id", column::integer}, {"role", column::integer}});
    on.execute(
        "update communication_user set synced = 1, role = r.role, attempts = 0, error_kind = null, error = null, "
        "error_at = null, presence = null from " +
            table + " r where " + is_row_of(on),
        {{"rows", rows.json()}, {"room", room}});
}

void record_out_of_room(store::connection& on, communication_id room, std::span<const verdict> verdicts,
                        store::milliseconds_utc now) {
    record_failures(on, room, verdicts, now);
    std::vector<user_id> out;
    for (const auto& each : verdicts) {
        if (!each.failed) out.push_back(each.user);
    }
    forget_members(on, room, out);
}

void record_reasons(store::connection& on, communication_id room, std::span<const verdict> verdicts,
                    store::milliseconds_utc now) {
    record_failures(on, room, verdicts, now);
    std::vector<user_id> done;
    for (const auto& each : verdicts) {
        if (!each.failed) done.push_back(each.user);
    }
    if (done.empty()) return;
    on.execute("update communication_user set attempts = 0, error_kind = null, error = null, error_at = null "
               "where communication_id = :room and error is not null and user_id in (select r.user_id from " +
                   users_table(on) + " r)",
               {{"room", room}, {"rows", rows_of(done)}});
}

void drop_old_reasons(store::connection& on, communication_id room, const std::set<user_id>& but_of) {
    const std::vector<user_id> kept(but_of.begin(), but_of.end());
    on.execute("update communication_user set attempts = 0, error_kind = null, error = null, error_at = null "
               "where communication_id = :room and synced = 1 and deleted = 0 and error is not null "
               "and user_id not in (select r.user_id from " +
                   users_table(on) + " r)",
               {{"room", room}, {"rows", rows_of(kept)}});
}

void forget_members(store::connection& on, communication_id room, std::span<const user_id> users) {
    if (users.empty()) return;
    on.execute("delete from communication_user where communication_id = :room "
               "and user_id in (select r.user_id from " +
                   users_table(on) + " r)",
               {{"room", room}, {"rows", rows_of(users)}});
}

void forget_all_synced(store::connection& on, communication_id room) {
    on.execute("update communication_user set synced = 0 where communication_id = :room", {{"room", room}});
}

void forget_synced_but_of_left(store::connection& on, communication_id room) {
    on.execute("update communication_user set synced = 0 where communication_id = :room "
               "and (presence is null or presence <> :left)",
               {{"room", room}, {"left", core_communication::presence::left}});
}

std::vector<waiting_member> waiting_members(store::connection& on, communication_id room) {
    std::vector<waiting_member> waiting;
    for (auto& [user, leaving, attempts, kind, reason, since] :
         on.query<user_id, bool, std::int64_t, std::optional<std::string>, std::optional<std::string>,
                  std::optional<std::int64_t>>(
             R"(select user_id, deleted, attempts, error_kind, error, error_at from communication_user
                where communication_id = :room and (synced = 0 or deleted = 1 or error is not null) order by user_id)",
             {{"room", room}}))
        waiting.push_back({user, leaving, attempts, std::move(kind), std::move(reason), since});
    return waiting;
}

void record_presence(store::connection& on, communication_id room, const observation& seen) {
    json_rows rows;
    for (const auto& each : seen.members) {
        if (each.presence != core_communication::presence::joined) rows.add(each.user, each.presence);
    }
    on.execute("update communication_user set presence = null where communication_id = :room and presence is not null",
               {{"room", room}});
    if (seen.complete) {
        std::vector<user_id> told;
        for (const auto& each : seen.members) told.push_back(each.user);
        on.execute("update communication_user set presence = :left where communication_id = :room and synced = 1 "
                   "and deleted = 0 and user_id not in (select r.user_id from " +
                       users_table(on) + " r)",
                   {{"left", core_communication::presence::left}, {"room", room}, {"rows", rows_of(told)}});
    }
    if (rows.empty()) return;
    on.execute(
        "update communication_user set presence = r.presence from " +
            json_rows::table(on.dialect(), ":rows", {{"user_id", column::integer}, {"presence", column::integer}}) +
            " r where " + is_row_of(on),
        {{"rows", rows.json()}, {"room", room}});
}

}  // namespace commhost::communication
