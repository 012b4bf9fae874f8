#include "directory/stored.hpp"

#include "directory/change_set.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace commhost::directory {

namespace {

// Three questions to the table of claims, in the words of the enum.
constexpr std::string_view claim_of_user = R"(
    case when u.source = :source and exists (select 1 from directory_user_source s
                                              where s.source = :source and s.user_id = u.id) then 3
         when not exists (select 1 from directory_user_source s where s.source = u.source and s.user_id = u.id) then 0
         when exists (select 1 from directory_user_source s where s.source = :source and s.user_id = u.id) then 2
         else 1 end)";
constexpr std::string_view claim_of_instance = R"(
    case when i.source = :source and exists (select 1 from directory_instance_source s
                                              where s.source = :source and s.instance_id = i.id) then 3
         when not exists (select 1 from directory_instance_source s
                           where s.source = i.source and s.instance_id = i.id) then 0
         when exists (select 1 from directory_instance_source s
                       where s.source = :source and s.instance_id = i.id) then 2
         else 1 end)";
constexpr std::string_view user_elsewhere = R"(
    case when exists (select 1 from directory_user_source s where s.user_id = u.id and s.source <> :source) then 1
         else 0 end)";
constexpr std::string_view user_leaving = R"(
    case when e.user_id is not null
              and not exists (select 1 from directory_user_source s where s.user_id = u.id) then 1 else 0 end)";
constexpr std::string_view instance_elsewhere = R"(
    case when exists (select 1 from directory_instance_source s
                       where s.instance_id = i.id and s.source <> :source) then 1 else 0 end)";

std::vector<stored_user> read_users(store::connection& sql, std::string_view source) {
    std::vector<stored_user> users;
    for (auto& [id, external_id, username, given_name, family_name, display_name, email, status, fields, picture,
                merged_said, by_hand, claim, elsewhere, leaving, reads, since] :
         sql.query<user_id, std::string, std::string, std::string, std::string, std::string, std::string, user_status,
                   std::string, std::string, std::optional<std::string>, std::optional<std::string>, directory::claim,
                   bool, bool, std::optional<std::int64_t>, std::optional<store::milliseconds_utc>>(
             "select u.id, u.external_id, u.username, u.given_name, u.family_name, "
             "u.display_name, u.email, u.status, u.fields, u.picture, x.external_id, h.external_id, " +
                 std::string(claim_of_user) + ", " + std::string(user_elsewhere) + ", " + std::string(user_leaving) +
                 ", a.absent_reads, a.absent_since from directory_user u "
                 "left join directory_user x on x.id = u.merged_said "
                 "left join directory_user h on h.id = u.merged_by_hand "
                 "left join directory_erasure e on e.user_id = u.id and e.done is null "
                 "left join directory_user_source a on a.user_id = u.id and a.source = :source",
             {{"source", source}}))
        users.push_back({id,
                         {std::move(external_id), std::move(username), std::move(given_name), std::move(family_name),
                          std::move(display_name), std::move(email), status, fields_in(fields),
                          std::move(merged_said).value_or(""), std::move(picture)},
                         claim,
                         {reads.value_or(0), since},
                         std::move(by_hand).value_or(""),
                         elsewhere,
                         leaving});
    std::sort(users.begin(), users.end(),
              [](const auto& a, const auto& b) { return a.record.external_id < b.record.external_id; });
    return users;
}

std::vector<stored_instance> read_instances(store::connection& sql, std::string_view source) {
    std::vector<stored_instance> instances;
    for (auto& [id, component, type, external_id, parent_component, parent_type, parent_external_id, name, topic,
                status, provider, settings, picture, group_rooms, claim, elsewhere, reads, since] :
         sql.query<instance_id, std::string, std::string, std::string, std::optional<std::string>,
                   std::optional<std::string>, std::optional<std::string>, std::string, std::string, instance_status,
                   std::string, std::string, std::string, bool, directory::claim, bool, std::optional<std::int64_t>,
                   std::optional<store::milliseconds_utc>>(
             "select i.id, i.component, i.type, i.external_id, p.component, p.type, p.external_id, i.name, i.topic, "
             "i.status, i.provider, i.settings, i.picture, i.group_rooms, " +
                 std::string(claim_of_instance) + ", " + std::string(instance_elsewhere) +
                 ", a.absent_reads, a.absent_since from directory_instance i "
                 "left join directory_instance p on p.id = i.parent_id "
                 "left join directory_instance_source a on a.instance_id = i.id and a.source = :source",
             {{"source", source}})) {
        std::optional<instance_key> parent;
        if (parent_component && parent_type && parent_external_id)
            parent = {std::move(*parent_component), std::move(*parent_type), std::move(*parent_external_id)};
        instances.push_back({id,
                             {{std::move(component), std::move(type), std::move(external_id)},
                              std::move(parent),
                              std::move(name),
                              std::move(topic),
                              status,
                              std::move(provider),
                              std::move(settings),
                              std::move(picture),
                              group_rooms},
                             claim,
                             {reads.value_or(0), since},
                             elsewhere});
    }
    std::sort(instances.begin(), instances.end(),
              [](const auto& a, const auto& b) { return a.record.key < b.record.key; });
    return instances;
}

std::vector<stored_membership> read_memberships(store::connection& sql, std::string_view source) {
    constexpr std::int64_t portion = 20'000;
    std::vector<stored_membership> memberships;
    const auto count = sql.scalar<std::int64_t>("select count(*) from directory_membership where source = :source",
                                                {{"source", source}});
    memberships.reserve(static_cast<std::size_t>(count.value_or(0)));
    for (std::int64_t last = 0;;) {
        auto rows = sql.query<std::int64_t, instance_id, user_id, std::string, std::string,
                              std::optional<store::milliseconds_utc>, std::optional<store::milliseconds_utc>,
                              core_communication::room_role, membership_status, std::int64_t,
                              std::optional<store::milliseconds_utc>, std::optional<bool>>(
            R"(select id, instance_id, user_id, reference, role, begins, ends, room_role, status, absent_reads,
                      absent_since, all_groups
                 from directory_membership
                where source = :source and id > :last
                order by id limit :portion)",
            {{"source", source}, {"last", last}, {"portion", portion}});
        for (auto& [id, instance, user, reference, role, begins, ends, room_role, status, reads, since, all_groups] :
             rows) {
            memberships.push_back({instance,
                                   user,
                                   std::move(reference),
                                   std::move(role),
                                   begins,
                                   ends,
                                   room_role,
                                   status,
                                   {reads, since},
                                   all_groups});
            last = id;
        }
        if (rows.size() < static_cast<std::size_t>(portion)) break;
    }
    std::sort(memberships.begin(), memberships.end(), [](const auto& a, const auto& b) {
        return std::tie(a.instance, a.user, a.reference) < std::tie(b.instance, b.user, b.reference);
    });
    return memberships;
}

}  // namespace

stored read_stored(store::connection& sql, std::string_view source) {
    stored found;
    found.revision = revision(sql);
    found.users = read_users(sql, source);
    found.instances = read_instances(sql, source);
    found.memberships = read_memberships(sql, source);
    for (auto& [digest] : sql.query<std::string>("select digest from directory_picture"))
        found.pictures.insert(std::move(digest));
    return found;
}

const stored_user* find_user(const stored& in, std::string_view external_id) {
    const auto at = std::lower_bound(in.users.begin(), in.users.end(), external_id,
                                     [](const auto& row, const auto& key) { return row.record.external_id < key; });
    return at == in.users.end() || at->record.external_id != external_id ? nullptr : &*at;
}

const stored_instance* find_instance(const stored& in, const instance_key& key) {
    const auto at = std::lower_bound(in.instances.begin(), in.instances.end(), key,
                                     [](const auto& row, const auto& wanted) { return row.record.key < wanted; });
    return at == in.instances.end() || at->record.key != key ? nullptr : &*at;
}

const stored_membership* find_membership(const stored& in, const membership_key& key) {
    const auto* instance = find_instance(in, key.instance);
    const auto* user = find_user(in, key.user);
    if (instance == nullptr || user == nullptr) return nullptr;
    for (const auto& row : memberships_of(in, instance->id, user->id))
        if (row.reference == key.reference) return &row;
    return nullptr;
}

std::span<const stored_membership> memberships_of(const stored& in, instance_id instance, user_id user) {
    const auto of = std::pair(instance, user);
    const auto from =
        std::lower_bound(in.memberships.begin(), in.memberships.end(), of, [](const auto& row, const auto& wanted) {
            return std::pair(row.instance, row.user) < wanted;
        });
    auto to = from;
    while (to != in.memberships.end() && std::pair(to->instance, to->user) == of) ++to;
    return {from, to};
}

}  // namespace commhost::directory
