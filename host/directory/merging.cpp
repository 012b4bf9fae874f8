#include "directory/merging.hpp"

#include "directory/change_set.hpp"
#include "directory/codes.hpp"
#include "message/error.hpp"
#include "store/json_rows.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>

namespace commhost::directory {

namespace {

/// The instances in which a source names one of these people.
std::vector<instance_id> instances_naming(store::connection& sql, const std::vector<user_id>& people) {
    store::json_rows rows;
    for (const auto person : people) rows.add(person);
    std::vector<instance_id> found;
    for (const auto& [instance] :
         sql.query<instance_id>("select distinct m.instance_id from " +
                                    store::json_rows::table(sql.dialect(), ":rows", {{"id", store::column::integer}}) +
                                    " r join directory_membership m on m.user_id = r.id order by m.instance_id",
                                {{"rows", rows.json()}}))
        found.push_back(instance);
    return found;
}

/// Everybody who is this person.
std::vector<user_id> names_of(store::connection& sql, user_id person) {
    auto names = merged_into(sql, person);
    names.push_back(person);
    return names;
}

void set_by_hand(store::connection& sql, user_id person, std::optional<user_id> into, store::milliseconds_utc now) {
    sql.execute(
        "update directory_user set merged_by_hand = :into, merged_into = :into, changed = :now where id = :person",
        {{"into", into}, {"now", now}, {"person", person}});
    settle_mergers(sql);
}

}  // namespace

std::vector<instance_id> merge_by_hand(store::connection& sql, const user& person, const user& into,
                                       store::milliseconds_utc now) {
    move_revision(sql);
    auto last = find_user(sql, into.id).value();
    if (!last.record.merged_into.empty()) last = find_user(sql, last.record.merged_into).value();
    const auto names = names_of(sql, person.id);
    if (std::find(names.begin(), names.end(), last.id) != names.end())
        throw message::error(DIRECTORY_MERGER_ROUND,
                             {{"user", person.record.external_id}, {"into", into.record.external_id}});
    if (last.record.status != user_status::active)
        throw message::error(DIRECTORY_MERGER_INACTIVE,
                             {{"user", person.record.external_id}, {"into", last.record.external_id}});
    set_by_hand(sql, person.id, into.id, now);
    return instances_naming(sql, names);
}

std::vector<instance_id> part_by_hand(store::connection& sql, const user& person, store::milliseconds_utc now) {
    move_revision(sql);
    if (!sql.scalar<user_id>(
            "select merged_by_hand from directory_user where id = :person and merged_by_hand is not null",
            {{"person", person.id}}))
        throw message::error(DIRECTORY_MERGER_NONE, {{"user", person.record.external_id}});
    set_by_hand(sql, person.id, std::nullopt, now);
    return instances_naming(sql, names_of(sql, person.id));
}

std::vector<instance_id> part_from_erased(store::connection& sql, user_id erased, std::optional<user_id> last,
                                          store::milliseconds_utc now) {
    std::vector<user_id> concerned;
    for (const auto& [user] : sql.query<user_id>(
             R"(update directory_user
                   set merged_into = case when merged_into <> :erased then merged_into
                                          when id <> cast(:last as bigint) then cast(:last as bigint) end,
                       merged_by_hand = case when merged_by_hand <> :erased then merged_by_hand
                                             when merged_by_hand = :erased and id <> cast(:last as bigint)
                                             then cast(:last as bigint) end,
                       changed = :now
                 where merged_by_hand = :erased or merged_into = :erased returning id)",
             {{"erased", erased}, {"last", last}, {"now", now}}))
        concerned.push_back(user);
    if (concerned.empty()) return {};
    move_revision(sql);
    const auto settled = settle_mergers(sql);
    concerned.insert(concerned.end(), settled.begin(), settled.end());
    return instances_naming(sql, concerned);
}

std::vector<instance_id> part_from_leaving(store::connection& sql, user_id person, store::milliseconds_utc now) {
    const std::string leaving = "(select e.user_id from directory_erasure e where e.done is null and not exists "
                                "(select 1 from directory_user_source s where s.user_id = e.user_id))";
    if (sql.execute("update directory_user set merged_into = null, "
                    "merged_by_hand = case when merged_by_hand in " +
                        leaving +
                        " then null else merged_by_hand end, changed = :now "
                        "where id = :person and merged_into in " +
                        leaving,
                    {{"now", now}, {"person", person}}) == 0)
        return {};
    move_revision(sql);
    settle_mergers(sql);
    return instances_naming(sql, names_of(sql, person));
}

std::vector<user_id> settle_mergers(store::connection& sql) {
    std::vector<user_id> concerned;
    const auto add = [&](const std::vector<std::tuple<user_id>>& rows) {
        for (const auto& [user] : rows) concerned.push_back(user);
        return !rows.empty();
    };
    add(sql.query<user_id>("update directory_user set merged_into = merged_by_hand where merged_by_hand is not null "
                           "and (merged_into is null or merged_into <> merged_by_hand) returning id"));
    // A circle, which nobody should be able to make, ends here too.
    constexpr int longest_chain = 20;
    for (int left = longest_chain; left > 0; --left)
        if (!add(sql.query<user_id>(R"(update directory_user
                  set merged_into = (select n.merged_into from directory_user n where n.id = directory_user.merged_into)
                where exists (select 1 from directory_user n
                               where n.id = directory_user.merged_into and n.merged_into is not null
                                 and n.merged_into <> directory_user.id)
                returning id)")))
            break;
    return concerned;
}

}  // namespace commhost::directory
