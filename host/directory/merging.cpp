#include "directory/merging.hpp"

#include "directory/change_set.hpp"
#include "directory/codes.hpp"
#include "directory/user_rows.hpp"
#include "message/error.hpp"
#include "store/json_rows.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>

namespace commhost::directory {

namespace {

/// The instances in which a source names one of these people.
std::vector<instance_id> instances_naming(store::connection& sql, const std::vector<user_id>& people) {
    std::vector<instance_id> found;
    for (const auto& [instance] :
         sql.query<instance_id>("select distinct m.instance_id from " + users_table(sql) +
                                    " r join directory_membership m on m.user_id = r.user_id order by m.instance_id",
                                {{"rows", rows_of(people)}}))
        found.push_back(instance);
    return found;
}

/// By number: whom somebody is merged into, by hand or else by a source.
std::map<user_id, user_id> said(store::connection& sql) {
    std::map<user_id, user_id> merged;
    for (const auto& [who, into] :
         sql.query<user_id, user_id>("select id, coalesce(merged_by_hand, merged_said) from directory_user "
                                     "where merged_by_hand is not null or merged_said is not null"))
        merged.emplace(who, into);
    return merged;
}

std::vector<instance_id> set_by_hand(store::connection& sql, user_id person, std::optional<user_id> into,
                                     store::milliseconds_utc now) {
    sql.execute("update directory_user set merged_by_hand = :into, changed = :now where id = :person",
                {{"into", into}, {"now", now}, {"person", person}});
    return instances_naming(sql, settle_mergers(sql));
}

}  // namespace

std::map<user_id, user_id> ends_of(const std::map<user_id, user_id>& merged) {
    std::map<user_id, std::optional<user_id>> known;
    std::vector<user_id> passed;
    for (const auto& [who, into] : merged) {
        passed.clear();
        auto last = who;
        auto next = merged.find(last);
        // Whoever is come to a second time on this way has no end, and so has nobody on it.
        for (; next != merged.end() && known.try_emplace(last).second; next = merged.find(last)) {
            passed.push_back(last);
            last = next->second;
        }
        const auto end = next == merged.end() ? std::optional(last) : known.at(last);
        for (const auto each : passed) known[each] = end;
    }
    std::map<user_id, user_id> ends;
    for (const auto& [who, end] : known)
        if (end) ends.emplace_hint(ends.end(), who, *end);
    return ends;
}

std::vector<instance_id> merge_by_hand(store::connection& sql, const user& person, const user& into,
                                       store::milliseconds_utc now) {
    move_revision(sql);
    auto merged = said(sql);
    merged[person.id] = into.id;
    const auto ends = ends_of(merged);
    const auto end = ends.find(person.id);
    if (end == ends.end())
        throw message::error(DIRECTORY_MERGER_ROUND,
                             {{"user", person.record.external_id}, {"into", into.record.external_id}});
    const auto last = find_user(sql, end->second).value();
    if (last.record.status != user_status::active)
        throw message::error(DIRECTORY_MERGER_INACTIVE,
                             {{"user", person.record.external_id}, {"into", last.record.external_id}});
    return set_by_hand(sql, person.id, into.id, now);
}

std::vector<instance_id> part_by_hand(store::connection& sql, const user& person, store::milliseconds_utc now) {
    move_revision(sql);
    if (!sql.scalar<user_id>(
            "select merged_by_hand from directory_user where id = :person and merged_by_hand is not null",
            {{"person", person.id}}))
        throw message::error(DIRECTORY_MERGER_NONE, {{"user", person.record.external_id}});
    return set_by_hand(sql, person.id, std::nullopt, now);
}

merger_words words_about(store::connection& sql, user_id person) {
    merger_words words;
    for (auto& [by_source, by_hand] : sql.query<std::optional<std::string>, std::optional<std::string>>(
             "select s.external_id, h.external_id from directory_user u left join directory_user s on s.id = "
             "u.merged_said "
             "left join directory_user h on h.id = u.merged_by_hand where u.id = :person",
             {{"person", person}}))
        words = {std::move(by_source).value_or(""), std::move(by_hand).value_or("")};
    return words;
}

std::set<std::string> people_said_merged(store::connection& sql) {
    std::set<std::string> people;
    for (auto& [external_id] : sql.query<std::string>(
             "select external_id from directory_user where merged_by_hand is not null or merged_said is not null"))
        people.insert(std::move(external_id));
    return people;
}

std::optional<user_id> end_without_hand(store::connection& sql, user_id person) {
    auto merged = said(sql);
    merged.erase(person);
    if (const auto by_source =
            sql.scalar<user_id>("select merged_said from directory_user where id = :person and merged_said is not null",
                                {{"person", person}}))
        merged[person] = *by_source;
    const auto ends = ends_of(merged);
    const auto end = ends.find(person);
    return end == ends.end() ? std::nullopt : std::optional(end->second);
}

std::vector<instance_id> part_from_erased(store::connection& sql,
                                          const std::map<user_id, std::optional<user_id>>& erased,
                                          store::milliseconds_utc now) {
    if (erased.empty()) return {};
    std::map<user_id, user_id> led_on;
    store::json_rows rows;
    for (const auto& [who, next] : erased) {
        if (next) led_on.emplace(who, *next);
        rows.add(who);
    }
    const auto ends = ends_of(led_on);
    const auto instead = [&](user_id of, std::optional<user_id> said) {
        if (!said || !erased.contains(*said)) return said;
        const auto end = ends.find(*said);
        return end == ends.end() || end->second == of || erased.contains(end->second) ? std::nullopt
                                                                                      : std::optional(end->second);
    };
    const auto those = store::json_rows::table(sql.dialect(), ":rows", {{"id", store::column::integer}});
    store::json_rows parted;
    for (const auto& [who, by_source, by_hand] : sql.query<user_id, std::optional<user_id>, std::optional<user_id>>(
             "select u.id, u.merged_said, u.merged_by_hand from " + those +
                 " r join directory_user u on u.merged_said = r.id union select u.id, u.merged_said, u.merged_by_hand "
                 "from " +
                 those + " r join directory_user u on u.merged_by_hand = r.id",
             {{"rows", rows.json()}}))
        parted.add(who, instead(who, by_source), instead(who, by_hand));
    if (parted.empty()) return {};
    sql.execute("update directory_user set merged_said = r.merged_said, merged_by_hand = r.merged_by_hand, "
                "changed = :now from " +
                    store::json_rows::table(sql.dialect(), ":rows",
                                            {{"id", store::column::integer},
                                             {"merged_said", store::column::integer},
                                             {"merged_by_hand", store::column::integer}}) +
                    " r where directory_user.id = r.id",
                {{"now", now}, {"rows", parted.json()}});
    move_revision(sql);
    return instances_naming(sql, settle_mergers(sql));
}

std::vector<instance_id> part_from_leaving(store::connection& sql, std::span<const user_id> people,
                                           store::milliseconds_utc now) {
    if (people.empty()) return {};
    const std::string leaving = "(select e.user_id from directory_erasure e where e.done is null and not exists "
                                "(select 1 from directory_user_source s where s.user_id = e.user_id))";
    if (sql.execute(
            "update directory_user set "
            "merged_said = case when merged_said in " +
                leaving + " then null else merged_said end, merged_by_hand = case when merged_by_hand in " + leaving +
                " then null else merged_by_hand end, changed = :now where id in (select r.user_id from " +
                users_table(sql) + " r) and (merged_said in " + leaving + " or merged_by_hand in " + leaving + ")",
            {{"now", now}, {"rows", rows_of(people)}}) == 0)
        return {};
    move_revision(sql);
    return instances_naming(sql, settle_mergers(sql));
}

std::vector<user_id> settle_mergers(store::connection& sql) {
    std::map<user_id, user_id> merged;
    std::map<user_id, std::optional<user_id>> before;
    for (const auto& [who, into, was] : sql.query<user_id, std::optional<user_id>, std::optional<user_id>>(
             "select id, coalesce(merged_by_hand, merged_said), merged_into from directory_user "
             "where merged_by_hand is not null or merged_said is not null or merged_into is not null")) {
        if (into) merged.emplace(who, *into);
        before.emplace(who, was);
    }
    const auto ends = ends_of(merged);
    std::vector<user_id> changed;
    store::json_rows rows;
    for (const auto& [who, was] : before) {
        const auto end = ends.find(who);
        const auto is = end == ends.end() ? std::nullopt : std::optional(end->second);
        if (is == was) continue;
        changed.push_back(who);
        rows.add(who, is);
    }
    if (!changed.empty())
        sql.execute(
            "update directory_user set merged_into = r.merged_into from " +
                store::json_rows::table(sql.dialect(), ":rows",
                                        {{"id", store::column::integer}, {"merged_into", store::column::integer}}) +
                " r where directory_user.id = r.id",
            {{"rows", rows.json()}});
    return changed;
}

}  // namespace commhost::directory
