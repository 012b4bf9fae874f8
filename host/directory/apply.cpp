#include "directory/change_set.hpp"
#include "directory/codes.hpp"
#include "message/error.hpp"
#include "store/json_rows.hpp"
#include "text/base64.hpp"

#include <algorithm>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace commhost::directory {

namespace {

using store::column;
using store::json_rows;

// Large enough that the statements of a whole school are few, small enough that the JSON of one stays within a
// megabyte.
constexpr std::size_t rows_a_statement = 4000;

template <class Row, class Work>
void in_chunks(std::span<const Row> rows, Work&& work) {
    for (; !rows.empty(); rows = rows.subspan(std::min(rows.size(), rows_a_statement)))
        work(rows.first(std::min(rows.size(), rows_a_statement)));
}

template <class Row, class Work>
void in_chunks(const std::vector<Row>& rows, Work&& work) {
    in_chunks(std::span<const Row>(rows), std::forward<Work>(work));
}

/// Ids met so far, most of them several times.
template <class Id>
class id_set {
  public:
    void add(const std::vector<std::tuple<Id>>& rows) {
        for (const auto& [id] : rows) ids_.push_back(id);
        tidy();
    }

    const std::vector<Id>& ids() const { return ids_; }

  private:
    void tidy() {
        std::sort(ids_.begin(), ids_.end());
        ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
    }

    std::vector<Id> ids_;
};

/// One run of apply: what each step needs and what all of them collect.
class application {
  public:
    application(store::connection& sql, const std::string& source, store::milliseconds_utc now)
        : sql_(sql), source_(source), now_(now) {}

    void put_users(const std::vector<user_record>& users);
    void claim_users(const std::vector<std::string>& users);
    void delete_users(const std::vector<std::string>& users);

    void put_pictures(const std::vector<picture>& pictures);
    void put_instances(const std::vector<instance_record>& instances);
    void drop_pictures();
    void claim_instances(const std::vector<instance_key>& instances);
    void delete_instances(const std::vector<instance_key>& instances);

    void put_memberships(const std::vector<membership_record>& memberships);
    void delete_memberships(const std::vector<membership_key>& memberships);

    std::vector<instance_id> touched();

  private:
    std::string table(std::initializer_list<std::pair<std::string_view, column>> columns) const {
        return json_rows::table(sql_.dialect(), ":rows", columns) + " r";
    }
    /// Rows of external ids of users, and of keys of instances.
    std::string user_rows() const { return table({{"external_id", column::text}}); }
    std::string instance_rows() const {
        return table({{"component", column::text}, {"type", column::text}, {"external_id", column::text}});
    }

    void claim_users(const std::string& rows);
    void claim_instances(const std::string& rows);
    void set_parents(std::span<const instance_record> instances);

    store::connection& sql_;
    const std::string& source_;
    store::milliseconds_utc now_;
    id_set<user_id> users_;
    id_set<instance_id> instances_;
};

void application::claim_users(const std::string& rows) {
    sql_.execute("insert into directory_user_source (source, user_id) select :source, u.id from " + user_rows() +
                     " join directory_user u on u.external_id = r.external_id where true on conflict do nothing",
                 {{"source", source_}, {"rows", rows}});
}

void application::claim_users(const std::vector<std::string>& users) {
    in_chunks(users, [&](auto chunk) {
        json_rows rows;
        for (const auto& user : chunk) rows.add(user);
        claim_users(rows.json());
    });
}

void application::put_users(const std::vector<user_record>& users) {
    in_chunks(users, [&](auto chunk) {
        json_rows rows;
        json_rows keys;
        for (const auto& user : chunk) {
            rows.add(user.external_id, user.username, user.given_name, user.family_name, user.display_name, user.email,
                     user.status, to_text(user.fields), profile_of(user));
            keys.add(user.external_id);
        }
        users_.add(sql_.query<user_id>(
            "insert into directory_user (external_id, username, given_name, family_name, display_name, email, status, "
            "fields, profile, source, changed) select r.external_id, r.username, r.given_name, r.family_name, "
            "r.display_name, r.email, r.status, r.fields, r.profile, :source, :now from " +
                table({{"external_id", column::text},
                       {"username", column::text},
                       {"given_name", column::text},
                       {"family_name", column::text},
                       {"display_name", column::text},
                       {"email", column::text},
                       {"status", column::integer},
                       {"fields", column::text},
                       {"profile", column::text}}) +
                R"( where true
                    on conflict (external_id) do update
                       set username = excluded.username, given_name = excluded.given_name,
                           family_name = excluded.family_name, display_name = excluded.display_name,
                           email = excluded.email, status = excluded.status, fields = excluded.fields,
                           profile = excluded.profile, source = excluded.source, changed = excluded.changed
                    returning id)",
            {{"source", source_}, {"now", now_}, {"rows", rows.json()}}));
        claim_users(keys.json());
    });
}

void application::delete_users(const std::vector<std::string>& users) {
    in_chunks(users, [&](auto chunk) {
        json_rows keys;
        for (const auto& user : chunk) keys.add(user);
        const auto rows = keys.json();
        const auto chosen =
            "(select u.id from " + user_rows() + " join directory_user u on u.external_id = r.external_id)";
        sql_.execute("delete from directory_user_source where source = :source and user_id in " + chosen,
                     {{"source", source_}, {"rows", rows}});
        users_.add(sql_.query<user_id>(
            R"(update directory_user set status = 2, changed = :now
                where status <> 2
                  and not exists (select 1 from directory_user_source s where s.user_id = directory_user.id)
                  and id in )" +
                chosen + " returning id",
            {{"now", now_}, {"rows", rows}}));
        sql_.execute(
            R"(update directory_user
                  set source = (select min(s.source) from directory_user_source s where s.user_id = directory_user.id)
                where source = :source
                  and exists (select 1 from directory_user_source s where s.user_id = directory_user.id)
                  and id in )" +
                chosen,
            {{"source", source_}, {"rows", rows}});
    });
}

void application::claim_instances(const std::string& rows) {
    sql_.execute("insert into directory_instance_source (source, instance_id) select :source, i.id from " +
                     instance_rows() +
                     " join directory_instance i on i.component = r.component and i.type = r.type "
                     "and i.external_id = r.external_id where true on conflict do nothing",
                 {{"source", source_}, {"rows", rows}});
}

void application::claim_instances(const std::vector<instance_key>& instances) {
    in_chunks(instances, [&](auto chunk) {
        json_rows rows;
        for (const auto& key : chunk) rows.add(key.component, key.type, key.external_id);
        claim_instances(rows.json());
    });
}

void application::put_instances(const std::vector<instance_record>& instances) {
    in_chunks(instances, [&](auto chunk) {
        json_rows rows;
        json_rows keys;
        for (const auto& [key, parent, name, topic, status, provider, settings, picture] : chunk) {
            rows.add(key.component, key.type, key.external_id, name, topic, status, provider, settings, picture);
            keys.add(key.component, key.type, key.external_id);
        }
        // Inserted empty first: what the source does not say keeps its value only in an update.
        sql_.execute("insert into directory_instance (component, type, external_id, name, topic, status, provider, "
                     "settings, source, changed) select r.component, r.type, r.external_id, '', '', 0, '', '{}', "
                     ":source, :now from " +
                         instance_rows() + " where true on conflict do nothing",
                     {{"source", source_}, {"now", now_}, {"rows", keys.json()}});
        instances_.add(sql_.query<instance_id>(
            R"(update directory_instance
                  set name = r.name, topic = r.topic, status = r.status, parent_id = null,
                      provider = coalesce(r.provider, directory_instance.provider),
                      settings = coalesce(r.settings, directory_instance.settings),
                      picture = coalesce(r.picture, directory_instance.picture), source = :source, changed = :now
                 from )" +
                table({{"component", column::text},
                       {"type", column::text},
                       {"external_id", column::text},
                       {"name", column::text},
                       {"topic", column::text},
                       {"status", column::integer},
                       {"provider", column::text},
                       {"settings", column::text},
                       {"picture", column::text}}) +
                R"( where directory_instance.component = r.component and directory_instance.type = r.type
                      and directory_instance.external_id = r.external_id
                    returning directory_instance.id)",
            {{"source", source_}, {"now", now_}, {"rows", rows.json()}}));
        claim_instances(keys.json());
    });
    // A group may come before its course.
    in_chunks(instances, [&](auto chunk) { set_parents(chunk); });
}

void application::put_pictures(const std::vector<picture>& pictures) {
    // A few at a time: one may be a megabyte.
    constexpr std::size_t pictures_a_statement = 4;
    for (std::span<const picture> left(pictures); !left.empty();
         left = left.subspan(std::min(left.size(), pictures_a_statement))) {
        json_rows rows;
        for (const auto& [digest, content] : left.first(std::min(left.size(), pictures_a_statement)))
            rows.add(digest, content.media_type, text::to_base64(content.bytes));
        sql_.execute("insert into directory_picture (digest, media_type, content) "
                     "select r.digest, r.media_type, r.content from " +
                         table({{"digest", column::text}, {"media_type", column::text}, {"content", column::text}}) +
                         " where true on conflict do nothing",
                     {{"rows", rows.json()}});
    }
}

void application::drop_pictures() {
    const auto missing = sql_.scalar<std::int64_t>(
        R"(select count(*) from directory_instance i where i.picture <> ''
              and not exists (select 1 from directory_picture p where p.digest = i.picture))");
    if (missing.value_or(0) > 0)
        throw message::error(DIRECTORY_REFERENCE, {{"what", message::phrase("reference_picture")}});
    sql_.execute(R"(delete from directory_picture where not exists (
                      select 1 from directory_instance i where i.picture = directory_picture.digest))");
}

void application::set_parents(std::span<const instance_record> instances) {
    json_rows rows;
    for (const auto& instance : instances)
        if (const auto& parent = instance.parent)
            rows.add(instance.key.component, instance.key.type, instance.key.external_id, parent->component,
                     parent->type, parent->external_id);
    if (rows.empty()) return;
    const auto set =
        sql_.execute("update directory_instance set parent_id = p.id from " +
                         table({{"component", column::text},
                                {"type", column::text},
                                {"external_id", column::text},
                                {"parent_component", column::text},
                                {"parent_type", column::text},
                                {"parent_id", column::text}}) +
                         R"( join directory_instance p on p.component = r.parent_component and p.type = r.parent_type
                                         and p.external_id = r.parent_id
                where directory_instance.component = r.component and directory_instance.type = r.type
                  and directory_instance.external_id = r.external_id)",
                     {{"rows", rows.json()}});
    if (static_cast<std::size_t>(set) != rows.size())
        throw message::error(DIRECTORY_REFERENCE, {{"what", message::phrase("reference_parent")}});
}

void application::delete_instances(const std::vector<instance_key>& instances) {
    in_chunks(instances, [&](auto chunk) {
        json_rows keys;
        for (const auto& key : chunk) keys.add(key.component, key.type, key.external_id);
        const auto rows = keys.json();
        const auto chosen = "(select i.id from " + instance_rows() +
                            " join directory_instance i on i.component = r.component and i.type = r.type "
                            "and i.external_id = r.external_id)";
        sql_.execute("delete from directory_instance_source where source = :source and instance_id in " + chosen,
                     {{"source", source_}, {"rows", rows}});
        instances_.add(sql_.query<instance_id>(
            R"(update directory_instance set status = 2, changed = :now
                where status <> 2
                  and not exists (select 1 from directory_instance_source s where s.instance_id = directory_instance.id)
                  and id in )" +
                chosen + " returning id",
            {{"now", now_}, {"rows", rows}}));
        sql_.execute(
            R"(update directory_instance
                  set source = (select min(s.source) from directory_instance_source s
                                 where s.instance_id = directory_instance.id)
                where source = :source
                  and exists (select 1 from directory_instance_source s where s.instance_id = directory_instance.id)
                  and id in )" +
                chosen,
            {{"source", source_}, {"rows", rows}});
    });
}

void application::put_memberships(const std::vector<membership_record>& memberships) {
    in_chunks(memberships, [&](auto chunk) {
        json_rows rows;
        for (const auto& [key, role, room_role, begins, ends, status] : chunk)
            rows.add(key.instance.component, key.instance.type, key.instance.external_id, key.user, key.reference, role,
                     room_role, begins, ends, status);
        const auto put = sql_.query<instance_id>(
            "insert into directory_membership (instance_id, user_id, source, reference, role, room_role, begins, ends, "
            "status, changed) select i.id, u.id, :source, r.reference, r.role, r.room_role, r.begins, r.ends, "
            "r.status, "
            ":now from " +
                table({{"component", column::text},
                       {"type", column::text},
                       {"external_id", column::text},
                       {"person", column::text},
                       {"reference", column::text},
                       {"role", column::text},
                       {"room_role", column::integer},
                       {"begins", column::integer},
                       {"ends", column::integer},
                       {"status", column::integer}}) +
                R"( join directory_instance i on i.component = r.component and i.type = r.type
                                             and i.external_id = r.external_id
                    join directory_user u on u.external_id = r.person
                    where true
                    on conflict (instance_id, user_id, source, reference) do update
                       set role = excluded.role, room_role = excluded.room_role, begins = excluded.begins,
                           ends = excluded.ends, status = excluded.status, changed = excluded.changed
                    returning instance_id)",
            {{"source", source_}, {"now", now_}, {"rows", rows.json()}});
        if (put.size() != rows.size())
            throw message::error(DIRECTORY_REFERENCE, {{"what", message::phrase("reference_membership")}});
        instances_.add(put);
    });
}

void application::delete_memberships(const std::vector<membership_key>& memberships) {
    in_chunks(memberships, [&](auto chunk) {
        json_rows rows;
        for (const auto& [instance, user, reference] : chunk)
            rows.add(instance.component, instance.type, instance.external_id, user, reference);
        instances_.add(
            sql_.query<instance_id>("delete from directory_membership where id in (select m.id from " +
                                        table({{"component", column::text},
                                               {"type", column::text},
                                               {"external_id", column::text},
                                               {"person", column::text},
                                               {"reference", column::text}}) +
                                        R"( join directory_instance i on i.component = r.component and i.type = r.type
                                             and i.external_id = r.external_id
                    join directory_user u on u.external_id = r.person
                    join directory_membership m on m.instance_id = i.id and m.user_id = u.id and m.source = :source
                                               and m.reference = r.reference)
                    returning instance_id)",
                                    {{"source", source_}, {"rows", rows.json()}}));
    });
}

std::vector<instance_id> application::touched() {
    in_chunks(users_.ids(), [&](auto chunk) {
        json_rows rows;
        for (const auto id : chunk) rows.add(id);
        instances_.add(sql_.query<instance_id>("select distinct m.instance_id from " +
                                                   table({{"id", column::integer}}) +
                                                   " join directory_membership m on m.user_id = r.id",
                                               {{"rows", rows.json()}}));
    });
    return instances_.ids();
}

}  // namespace

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
    run.put_users(changes.users.inserted);
    run.put_users(changes.users.updated);
    run.claim_users(changes.claimed_users);
    run.put_pictures(changes.pictures);
    run.put_instances(changes.instances.inserted);
    run.put_instances(changes.instances.updated);
    if (!changes.instances.inserted.empty() || !changes.instances.updated.empty()) run.drop_pictures();
    run.claim_instances(changes.claimed_instances);
    run.delete_memberships(changes.memberships.deleted);
    run.put_memberships(changes.memberships.inserted);
    run.put_memberships(changes.memberships.updated);
    run.delete_instances(changes.instances.deleted);
    run.delete_users(changes.users.deleted);
    return run.touched();
}

}  // namespace commhost::directory
