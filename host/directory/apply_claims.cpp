#include "directory/application.hpp"

#include <fmt/format.h>

namespace commhost::directory {

const application::claimed_kind application::user_kind{"directory_user", "directory_user_source", "user_id",
                                                       "join directory_user o on o.external_id = r.external_id"};

const application::claimed_kind application::instance_kind{
    "directory_instance", "directory_instance_source", "instance_id",
    "join directory_instance o on o.component = r.component and o.type = r.type and o.external_id = r.external_id"};

void application::claim(const claimed_kind& kind, const std::string& keys, const std::string& rows) {
    sql_.execute(fmt::format("insert into {} (source, {}) select :source, o.id from {} {} where true "
                             "on conflict do nothing",
                             kind.claims, kind.id, keys, kind.joined),
                 {{"source", source_}, {"rows", rows}});
}

template <class Id>
std::vector<std::tuple<Id>> application::take_claims_back(const claimed_kind& kind, const std::string& keys,
                                                          const std::string& rows) {
    const auto chosen = fmt::format("(select o.id from {} {})", keys, kind.joined);
    sql_.execute(fmt::format("delete from {} where source = :source and {} in {}", kind.claims, kind.id, chosen),
                 {{"source", source_}, {"rows", rows}});
    const auto claimed = fmt::format("from {} s where s.{} = {}.id", kind.claims, kind.id, kind.table);
    auto deleted = sql_.query<Id>(fmt::format("update {} set status = 2, changed = :now where status <> 2 "
                                              "and not exists (select 1 {}) and id in {} returning id",
                                              kind.table, claimed, chosen),
                                  {{"now", now_}, {"rows", rows}});
    sql_.execute(fmt::format("update {} set source = (select min(s.source) {}) where source = :source "
                             "and exists (select 1 {}) and id in {}",
                             kind.table, claimed, claimed, chosen),
                 {{"source", source_}, {"rows", rows}});
    return deleted;
}

void application::mark(const claimed_kind& kind, const std::string& keys, const std::string& rows) {
    sql_.execute(fmt::format("update {0} set absent_reads = r.reads, absent_since = r.since from {1} {2} "
                             "where {0}.{3} = o.id and {0}.source = :source",
                             kind.claims, keys, kind.joined, kind.id),
                 {{"source", source_}, {"rows", rows}});
}

void application::claim_users(const std::vector<std::string>& users) {
    in_chunks(users, [&](auto chunk) { claim(user_kind, user_keys(), rows_of(chunk)); });
}

void application::claim_instances(const std::vector<instance_key>& instances) {
    in_chunks(instances, [&](auto chunk) { claim(instance_kind, instance_keys(), rows_of(chunk)); });
}

void application::delete_users(const std::vector<std::string>& users) {
    in_chunks(users,
              [&](auto chunk) { users_.add(take_claims_back<user_id>(user_kind, user_keys(), rows_of(chunk))); });
}

void application::delete_instances(const std::vector<instance_key>& instances) {
    in_chunks(instances, [&](auto chunk) {
        instances_.add(take_claims_back<instance_id>(instance_kind, instance_keys(), rows_of(chunk)));
    });
}

void application::mark(const std::vector<absence_of<std::string>>& users) {
    in_chunks(users, [&](auto chunk) {
        json_rows rows;
        for (const auto& [user, absence] : chunk) rows.add(user, absence.reads, absence.since);
        mark(user_kind, table({{"external_id", column::text}, {"reads", column::integer}, {"since", column::integer}}),
             rows.json());
    });
}

void application::mark(const std::vector<absence_of<instance_key>>& instances) {
    in_chunks(instances, [&](auto chunk) {
        json_rows rows;
        for (const auto& [key, absence] : chunk)
            rows.add(key.component, key.type, key.external_id, absence.reads, absence.since);
        mark(instance_kind,
             table({{"component", column::text},
                    {"type", column::text},
                    {"external_id", column::text},
                    {"reads", column::integer},
                    {"since", column::integer}}),
             rows.json());
    });
}

}  // namespace commhost::directory
