#include "communication/room.hpp"

#include "store/json_rows.hpp"

#include <core_communication/member.hpp>

#include <array>
#include <string>
#include <tuple>
#include <utility>

namespace commhost::communication {

namespace {

/// Not in use, and nothing can be on a server: no provider was ever asked to make it (begin_making), and it is not to be one that is there.
constexpr std::string_view never_begun = "active = 0 and created = 0 and begun = 0 and adopt_address is null";

constexpr std::array status_words{
    std::pair(room_status::pending, std::string_view("pending")),
    std::pair(room_status::ready, std::string_view("ready")),
    std::pair(room_status::degraded, std::string_view("degraded")),
    std::pair(room_status::failed, std::string_view("failed")),
    std::pair(room_status::held, std::string_view("held")),
    std::pair(room_status::deleting, std::string_view("deleting")),
};

room_status status_of(std::string_view word) {
    for (const auto& [status, text] : status_words) {
        if (text == word) return status;
    }
    return room_status::pending;
}

std::vector<room> select(store::connection& on, std::string_view condition, std::int64_t number) {
    std::vector<room> rooms;
    std::string sql = R"(select id, instance_id, provider, active, created, wanted_generation, applied_generation,
                                status, url, last_error, changed_at, reconciled_at,
                                ended_at, archived_at, closed, adopt_address, adopted, begun
                         from communication where )";
    for (auto& [id, instance, provider, active, created, wanted, applied, status, url, error, changed, reconciled,
                ended, archived, closed, address, adopted, begun] :
         on.query<communication_id, directory::instance_id, std::string, bool, bool, std::int64_t, std::int64_t,
                  std::string, std::optional<std::string>, std::optional<std::string>, std::int64_t,
                  std::optional<std::int64_t>, std::optional<std::int64_t>, std::optional<std::int64_t>, bool,
                  std::optional<std::string>, bool, bool>(sql.append(condition), {{"number", number}}))
        rooms.push_back({id, instance, std::move(provider), active, created, wanted, applied, status_of(status),
                         std::move(url), std::move(error), changed, reconciled, ended, archived, closed,
                         std::move(address), adopted, begun});
    return rooms;
}

/// Of the rooms of these instances those of which the condition on c holds, with their providers.
std::vector<assignment> providers_where(store::connection& on, std::span<const directory::instance_id> instances,
                                        const std::string& condition) {
    store::json_rows rows;
    for (const auto instance : instances) rows.add(instance);
    std::vector<assignment> providers;
    for (auto& [instance, provider] : on.query<directory::instance_id, std::string>(
             "select c.instance_id, c.provider from communication c join " +
                 store::json_rows::table(on.dialect(), ":rows", {{"instance_id", store::column::integer}}) +
                 " r on r.instance_id = c.instance_id where " + condition,
             {{"rows", rows.json()}}))
        providers.push_back({instance, std::move(provider)});
    return providers;
}

}  // namespace

std::string to_string(communication_id id) { return std::to_string(static_cast<std::int64_t>(id)); }

std::string_view to_string(room_status status) {
    for (const auto& [known, text] : status_words) {
        if (known == status) return text;
    }
    return "unknown";
}

std::optional<room> find_room(store::connection& on, communication_id id) {
    auto found = select(on, "id = :number", static_cast<std::int64_t>(id));
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

void lock_rooms(store::connection& within, std::span<const communication_id> rooms) {
    if (within.dialect() == store::dialect::sqlite) return;  // which has one writer at a time
    store::json_rows rows;
    for (const auto room : rooms) rows.add(room);
    within.query<communication_id>(
        "select id from communication where id in (select r.id from " +
            store::json_rows::table(within.dialect(), ":rows", {{"id", store::column::integer}}) +
            " r) order by id for update",
        {{"rows", rows.json()}});
}

std::vector<room> list_rooms(store::connection& on) { return select(on, "id > :number order by id", 0); }

std::vector<room> rooms_of(store::connection& on, directory::instance_id instance) {
    return select(on, "instance_id = :number order by active desc, id", static_cast<std::int64_t>(instance));
}

std::vector<touched_room> assign(store::connection& on, std::span<const assignment> assignments,
                                 store::milliseconds_utc now) {
    if (assignments.empty()) return {};
    store::json_rows rows;
    for (const auto& [instance, provider] : assignments) rows.add(instance, provider);
    const auto json = rows.json();
    const auto table = store::json_rows::table(
        on.dialect(), ":rows", {{"instance_id", store::column::integer}, {"provider", store::column::text}});
    // The others first: at no moment has an instance two active rooms (index communication_active).
    on.execute("update communication set active = 0, wanted_generation = wanted_generation + 1, changed_at = :now, "
               "status = case when communication.status in ('held', 'deleting') then communication.status else "
               "'pending' end from " +
                   table +
                   " r "
                   "where communication.instance_id = r.instance_id and communication.provider <> r.provider "
                   "and communication.active = 1",
               {{"rows", json}, {"now", now}});
    on.execute("insert into communication (instance_id, provider, active, changed_at, begun) "
               "select r.instance_id, r.provider, 1, cast(:now as bigint), 0 from " +
                   table +
                   " r where r.provider <> '' "
                   "on conflict (instance_id, provider) do update set active = 1, "
                   "wanted_generation = communication.wanted_generation + 1, changed_at = excluded.changed_at, "
                   "status = case when communication.status in ('held', 'deleting') then communication.status else "
                   "'pending' end",
               {{"rows", json}, {"now", now}});
    std::vector<touched_room> touched;
    for (auto& [id, provider] :
         on.query<communication_id, std::string>("select c.id, c.provider from communication c join " + table +
                                                     " r on r.instance_id = c.instance_id "
                                                     "where c.wanted_generation > c.applied_generation order by c.id",
                                                 {{"rows", json}}))
        touched.push_back({id, std::move(provider)});
    return touched;
}

void note_ends(store::connection& on, std::span<const standing_of_instance> instances, store::milliseconds_utc now) {
    store::json_rows rows;
    for (const auto& [instance, deleted] : instances) rows.add(instance, deleted ? 1 : 0);
    const auto those =
        "(select r.instance_id from " +
        store::json_rows::table(on.dialect(), ":rows",
                                {{"instance_id", store::column::integer}, {"deleted", store::column::integer}}) +
        " r where r.deleted = ";
    on.execute("update communication set ended_at = :now, wanted_generation = wanted_generation + 1, "
               "status = case when status in ('held', 'deleting') then status else 'pending' end "
               "where ended_at is null and (created = 1 or begun = 1) and instance_id in " +
                   those + "1)",
               {{"rows", rows.json()}, {"now", now}});
    on.execute("update communication set ended_at = null where ended_at is not null and instance_id in " + those + "0)",
               {{"rows", rows.json()}});
}

std::vector<assignment> active_providers(store::connection& on, std::span<const directory::instance_id> instances) {
    return providers_where(on, instances, "c.active = 1");
}

std::vector<assignment> dormant_providers(store::connection& on, std::span<const directory::instance_id> instances) {
    return providers_where(on, instances,
                           "not exists (select 1 from communication o where o.instance_id = c.instance_id "
                           "and (o.active = 1 or o.changed_at > c.changed_at "
                           "     or (o.changed_at = c.changed_at and o.id > c.id)))");
}

std::vector<touched_room> all_rooms_of(store::connection& on, std::span<const directory::instance_id> instances) {
    store::json_rows rows;
    for (const auto instance : instances) rows.add(instance);
    std::vector<touched_room> rooms;
    for (auto& [id, provider] : on.query<communication_id, std::string>(
             "select c.id, c.provider from communication c join " +
                 store::json_rows::table(on.dialect(), ":rows", {{"instance_id", store::column::integer}}) +
                 " r on r.instance_id = c.instance_id order by c.id",
             {{"rows", rows.json()}}))
        rooms.push_back({id, std::move(provider)});
    return rooms;
}

std::vector<touched_room> active_rooms(store::connection& on) {
    std::vector<touched_room> rooms;
    for (auto& [id, provider] :
         on.query<communication_id, std::string>("select id, provider from communication where active = 1 order by id"))
        rooms.push_back({id, std::move(provider)});
    return rooms;
}

std::map<std::string, provider_rooms, std::less<>> count_rooms(store::connection& on) {
    std::map<std::string, provider_rooms, std::less<>> counts;
    for (auto& [provider, all, active] : on.query<std::string, std::int64_t, std::int64_t>(
             "select provider, count(*), cast(sum(active) as bigint) from communication group by provider"))
        counts.emplace(std::move(provider), provider_rooms{active, all - active});
    return counts;
}

std::vector<communication_id> rooms_at(store::connection& on, std::string_view provider) {
    std::vector<communication_id> found;
    for (const auto& [id] : on.query<communication_id>(
             "select id from communication where provider = :provider order by id", {{"provider", provider}}))
        found.push_back(id);
    return found;
}

std::vector<communication_id> forget_provider(store::connection& on, std::string_view provider) {
    std::vector<communication_id> forgotten;
    for (const auto& [id] : on.query<communication_id>(
             "delete from communication where provider = :provider returning id", {{"provider", provider}}))
        forgotten.push_back(id);
    on.execute("delete from communication_account where provider = :provider", {{"provider", provider}});
    on.execute("delete from communication_former_account where provider = :provider", {{"provider", provider}});
    return forgotten;
}

bool wants_still(store::connection& on, communication_id id, std::int64_t generation) {
    const std::string lock = on.dialect() == store::dialect::postgresql ? " for update" : "";
    return on
        .scalar<communication_id>("select id from communication where id = :id and wanted_generation = :generation" +
                                      lock,
                                  {{"id", id}, {"generation", generation}})
        .has_value();
}

bool begin_making(store::connection& on, communication_id id) {
    return on.execute("update communication set begun = 1 where id = :id and active = 1", {{"id", id}}) > 0;
}

std::vector<touched_room> delete_never_begun(store::connection& on, std::span<const provider_choice> instances,
                                             std::string_view default_provider) {
    store::json_rows rows;
    for (const auto& [instance, is_made] : instances) rows.add(instance, is_made ? 1 : 0);
    std::vector<touched_room> gone;
    for (auto& [id, provider] : on.query<communication_id, std::string>(
             "delete from communication where " + std::string(never_begun) +
                 " and status <> 'held' and exists (select 1 from " +
                 store::json_rows::table(
                     on.dialect(), ":rows",
                     {{"instance_id", store::column::integer}, {"is_made", store::column::integer}}) +
                 " r where r.instance_id = communication.instance_id and (r.is_made = 1 "
                 "or communication.provider = :default_provider or exists (select 1 from communication o "
                 "where o.instance_id = r.instance_id and o.active = 1))) returning id, provider",
             {{"rows", rows.json()}, {"default_provider", default_provider}}))
        gone.push_back({id, std::move(provider)});
    return gone;
}

std::vector<touched_room> settle_never_begun(store::connection& on, std::span<const directory::instance_id> hidden) {
    store::json_rows rows;
    for (const auto instance : hidden) rows.add(instance);
    const auto such = std::string(never_begun) +
                      " and status not in ('held', 'deleting') and instance_id in (select r.instance_id from " +
                      store::json_rows::table(on.dialect(), ":rows", {{"instance_id", store::column::integer}}) + " r)";
    std::vector<communication_id> rooms;
    for (const auto& [id] :
         on.query<communication_id>("select id from communication where " + such, {{"rows", rows.json()}}))
        rooms.push_back(id);
    if (rooms.empty()) return {};
    lock_rooms(on, rooms);
    on.execute("delete from communication_user where communication_id in (select id from communication where " + such +
                   ")",
               {{"rows", rows.json()}});
    std::vector<touched_room> settled;
    for (auto& [id, provider] : on.query<communication_id, std::string>(
             "update communication set applied_generation = wanted_generation, status = 'ready', last_error = null "
             "where " +
                 such + " and (applied_generation < wanted_generation or status <> 'ready') returning id, provider",
             {{"rows", rows.json()}}))
        settled.push_back({id, std::move(provider)});
    return settled;
}

void set_created(store::connection& on, communication_id id, bool created) {
    on.execute("update communication set created = :created where id = :id", {{"created", created}, {"id", id}});
    if (!created)
        on.execute("update communication set adopt_address = null, adopted = 0 where id = :id and adopted = 1",
                   {{"id", id}});
}

void set_url(store::connection& on, communication_id id, const std::optional<std::string>& url) {
    on.execute("update communication set url = :url where id = :id", {{"url", url}, {"id", id}});
}

void set_reconciled(store::connection& on, communication_id id, std::int64_t generation, room_status status,
                    store::milliseconds_utc now) {
    on.execute("update communication set applied_generation = :generation, last_error = null, reconciled_at = :now, "
               "status = case when wanted_generation > :generation then 'pending' else :status end "
               "where id = :id and status not in ('held', 'deleting')",
               {{"generation", generation}, {"now", now}, {"status", to_string(status)}, {"id", id}});
}

void set_last_error(store::connection& on, communication_id id, std::string_view error) {
    on.execute("update communication set last_error = :error where id = :id", {{"error", error}, {"id", id}});
}

void set_failed(store::connection& on, communication_id id, std::string_view error) {
    on.execute("update communication set last_error = :error, "
               "status = case when status in ('held', 'deleting') then status else 'failed' end where id = :id",
               {{"error", error}, {"id", id}});
}

std::vector<room_counts> count_members(store::connection& on) {
    std::vector<room_counts> counts;
    for (const auto& [id, wanted, synced, waiting] :
         on.query<communication_id, std::int64_t, std::int64_t, std::int64_t>(
             R"(select communication_id,
                       cast(sum(1 - deleted) as bigint),
                       cast(sum(case when synced = 1 and deleted = 0
                                          and (presence is null or presence not in (:left, :banned))
                                     then 1 else 0 end) as bigint),
                       cast(sum(case when error is not null then 1 else 0 end) as bigint)
                from communication_user group by communication_id order by communication_id)",
             {{"left", core_communication::presence::left}, {"banned", core_communication::presence::banned}}))
        counts.push_back({id, {wanted, synced, waiting}});
    return counts;
}

}  // namespace commhost::communication
