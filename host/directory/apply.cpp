#include "directory/application.hpp"
#include "directory/codes.hpp"
#include "message/error.hpp"

namespace commhost::directory {

std::vector<instance_id> application::touched() {
    in_chunks(users_.ids(), [&](auto chunk) {
        json_rows rows;
        for (const auto id : chunk) rows.add(id);
        const auto ids = rows.json();
        instances_.add(sql_.query<instance_id>("select distinct m.instance_id from " +
                                                   table({{"id", column::integer}}) +
                                                   " join directory_membership m on m.user_id = r.id",
                                               {{"rows", ids}}));
        // And where the people were who have been merged into these.
        instances_.add(sql_.query<instance_id>("select distinct m.instance_id from " +
                                                   table({{"id", column::integer}}) +
                                                   R"( join directory_user u on u.merged_into = r.id
                                                       join directory_membership m on m.user_id = u.id)",
                                               {{"rows", ids}}));
    });
    in_chunks(moved_rooms_.ids(), [&](auto chunk) {
        json_rows rows;
        for (const auto id : chunk) rows.add(id);
        instances_.add(sql_.query<instance_id>("select g.id from " + table({{"id", column::integer}}) +
                                                   " join directory_instance g on g.parent_id = r.id",
                                               {{"rows", rows.json()}}));
    });
    return instances_.ids();
}

void move_revision(store::connection& sql) {
    sql.execute("update directory_revision set revision = revision + 1 where id = 1");
}

std::int64_t lock_revision(store::connection& sql) {
    return sql.scalar<std::int64_t>("update directory_revision set revision = revision where id = 1 returning revision")
        .value_or(0);
}

std::int64_t revision(store::connection& sql) {
    return sql.scalar<std::int64_t>("select revision from directory_revision where id = 1").value_or(0);
}

std::vector<instance_id> apply(store::connection& sql, const change_set& changes, store::milliseconds_utc now) {
    if (changes.empty()) return {};
    // Also the lock that lets sources change the directory one after the other.
    const auto current = sql.scalar<std::int64_t>(
                                "update directory_revision set revision = revision + 1 where id = 1 returning revision")
                             .value_or(0);
    if (changes.revision && *changes.revision != current - 1) throw message::error(DIRECTORY_MOVED);

    application run(sql, changes.source, now);
    run.put_pictures(changes.pictures);
    run.put_users(changes.users.inserted);
    run.put_users(changes.users.updated);
    if (!changes.users.inserted.empty() || !changes.users.updated.empty()) run.settle_merged();
    run.claim_users(changes.claimed_users);
    run.put_instances(changes.instances.inserted);
    run.put_instances(changes.instances.updated);
    if (!changes.users.inserted.empty() || !changes.users.updated.empty() || !changes.instances.inserted.empty() ||
        !changes.instances.updated.empty())
        run.settle_pictures();
    run.claim_instances(changes.claimed_instances);
    run.delete_memberships(changes.memberships.deleted);
    run.put_memberships(changes.memberships.inserted);
    run.put_memberships(changes.memberships.updated);
    run.delete_instances(changes.instances.deleted);
    run.delete_users(changes.users.deleted);
    run.mark(changes.users.absent);
    run.mark(changes.instances.absent);
    run.mark(changes.memberships.absent);
    return run.touched();
}

}  // namespace commhost::directory
