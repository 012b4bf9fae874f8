#include "directory/erasure.hpp"

#include "directory/change_set.hpp"
#include "directory/merging.hpp"
#include "directory/picture.hpp"
#include "directory/user_rows.hpp"
#include "store/json_rows.hpp"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <string>
#include <tuple>

namespace commhost::directory {

namespace {

constexpr std::string_view erased_prefix = "erased-";

std::vector<erasure> select_erasures(store::connection& on, const std::string& which, std::int64_t person = 0) {
    std::vector<erasure> found;
    for (const auto& [user, asked, done] :
         on.query<user_id, store::milliseconds_utc, std::optional<store::milliseconds_utc>>(
             "select user_id, asked, done from directory_erasure where " + which + " order by asked, user_id",
             {{"user", person}}))
        found.push_back({user, asked, done});
    return found;
}

/// The people whom a statement gives, by id.
std::vector<user_id> people_by(store::connection& on, const std::string& statement,
                               std::initializer_list<store::parameter> with) {
    std::vector<user_id> found;
    for (const auto& [user] : on.query<user_id>(statement, with)) found.push_back(user);
    std::sort(found.begin(), found.end());
    return found;
}

/// What each is called from now on: what nobody else is called.
std::map<user_id, std::string> erased_names(store::connection& on, std::span<const user_id> people) {
    std::map<user_id, std::string> names;
    std::vector<user_id> taken(people.begin(), people.end());
    for (std::string zeros; !taken.empty(); zeros += '0') {
        store::json_rows rows;
        for (const auto person : taken) {
            auto& name = names[person];
            name = std::string(erased_prefix) + zeros + std::to_string(static_cast<std::int64_t>(person));
            rows.add(person, name);
        }
        taken.clear();
        for (const auto& [person] : on.query<user_id>(
                 "select r.id from " +
                     store::json_rows::table(on.dialect(), ":rows",
                                             {{"id", store::column::integer}, {"name", store::column::text}}) +
                     " r join directory_user u on u.external_id = r.name and u.id <> r.id",
                 {{"rows", rows.json()}}))
            taken.push_back(person);
    }
    return names;
}

/// Whom each of these people is merged into, as the word that counts has it.
std::map<user_id, std::optional<user_id>> said_of(store::connection& on, std::span<const user_id> people) {
    std::map<user_id, std::optional<user_id>> found;
    for (const auto& [person, into] :
         on.query<user_id, std::optional<user_id>>("select u.id, coalesce(u.merged_by_hand, u.merged_said) from " +
                                                       users_table(on) + " r join directory_user u on u.id = r.user_id",
                                                   {{"rows", rows_of(people)}}))
        found.emplace(person, into);
    return found;
}

void blank(store::connection& within, std::span<const user_id> people, store::milliseconds_utc now) {
    store::json_rows rows;
    for (const auto& [person, name] : erased_names(within, people)) rows.add(person, name);
    within.execute(
        R"(update directory_user
              set external_id = r.name, username = r.name, given_name = '', family_name = '', display_name = '',
                  email = '', fields = '{}', profile = '', picture = '', source = '', merged_into = null,
                  merged_by_hand = null, merged_said = null, changed = :now from )" +
            store::json_rows::table(within.dialect(), ":rows",
                                    {{"id", store::column::integer}, {"name", store::column::text}}) +
            " r where directory_user.id = r.id",
        {{"now", now}, {"rows", rows.json()}});
}

}  // namespace

bool is_erased_name(std::string_view external_id) {
    return external_id.starts_with(erased_prefix) && external_id.size() > erased_prefix.size() &&
           external_id.find_first_not_of("0123456789", erased_prefix.size()) == std::string_view::npos;
}

std::vector<instance_id> begin_erasure(store::connection& within, user_id person, store::milliseconds_utc now) {
    move_revision(within);
    std::vector<instance_id> touched;
    for (const auto& [instance] : within.query<instance_id>(
             "select distinct instance_id from directory_membership where user_id = :user order by instance_id",
             {{"user", person}}))
        touched.push_back(instance);
    within.execute("delete from directory_membership where user_id = :user", {{"user", person}});
    within.execute("delete from directory_user_source where user_id = :user", {{"user", person}});
    within.execute("update directory_user set status = :deleted, changed = :now where id = :user",
                   {{"deleted", user_status::deleted}, {"now", now}, {"user", person}});
    within.execute("insert into directory_erasure (user_id, asked) values (:user, :now) "
                   "on conflict (user_id) do update set done = null where directory_erasure.done is not null",
                   {{"user", person}, {"now", now}});
    return touched;
}

std::vector<erasure> erasures_under_way(store::connection& on) {
    return select_erasures(on, "done is null and cast(:user as bigint) = 0");
}

std::optional<erasure> find_erasure(store::connection& on, user_id person) {
    const auto found = select_erasures(on, "user_id = :user", static_cast<std::int64_t>(person));
    return found.empty() ? std::nullopt : std::optional(found.front());
}

std::vector<user_id> erasures_of_named(store::connection& on) {
    return people_by(on,
                     "select e.user_id from directory_erasure e where e.done is null and exists "
                     "(select 1 from directory_user_source s where s.user_id = e.user_id)",
                     {});
}

withdrawn_erasures withdraw_erasures_of_named(store::connection& within, store::milliseconds_utc now) {
    withdrawn_erasures withdrawn;
    withdrawn.people = people_by(
        within,
        "delete from directory_erasure where done is null and exists "
        "(select 1 from directory_user_source s where s.user_id = directory_erasure.user_id) returning user_id",
        {});
    const auto touched = part_from_leaving(within, withdrawn.people, now);
    withdrawn.touched.insert(touched.begin(), touched.end());
    return withdrawn;
}

finished_erasures finish_erasures(store::connection& within, std::span<const user_id> people,
                                  store::milliseconds_utc now) {
    // An import that names one of them at this moment is waited for, and seen by what follows.
    lock_revision(within);
    finished_erasures finished;
    const auto those = "user_id in (select r.user_id from " + users_table(within) + " r)";
    const std::string is_named = "exists (select 1 from directory_user_source s where s.user_id = "
                                 "directory_erasure.user_id)";
    within.execute("delete from directory_erasure where done is null and " + those + " and " + is_named,
                   {{"rows", rows_of(people)}});
    // Of several that come here at once one does it.
    finished.people = people_by(
        within, "update directory_erasure set done = :now where done is null and " + those + " returning user_id",
        {{"rows", rows_of(people)}, {"now", now}});
    if (finished.people.empty()) return finished;
    const auto& erased = finished.people;
    const auto said = said_of(within, erased);
    finished.parted = people_by(
        within, "select u.id from " + users_table(within) + " r join directory_user u on u.merged_into = r.user_id",
        {{"rows", rows_of(erased)}});
    std::erase_if(finished.parted, [&](user_id person) { return said.contains(person); });
    blank(within, erased, now);
    // A plan of before may count on one of them.
    if (drop_unused_pictures(within) > 0) move_revision(within);
    // Such as that of a room that adopted them meanwhile.
    within.execute("delete from directory_membership where " + those, {{"rows", rows_of(erased)}});
    finished.touched = part_from_erased(within, said, now);
    return finished;
}

std::vector<instance_id> part_from_finished(store::connection& within, store::milliseconds_utc now) {
    std::map<user_id, std::optional<user_id>> erased;
    for (const auto& [person] : within.query<user_id>(
             R"(select e.user_id from directory_user u join directory_erasure e on e.user_id = u.merged_said
                 where u.merged_said is not null and e.done is not null
                union
                select e.user_id from directory_user u join directory_erasure e on e.user_id = u.merged_by_hand
                 where u.merged_by_hand is not null and e.done is not null)"))
        erased.emplace(person, std::nullopt);
    return part_from_erased(within, erased, now);
}

}  // namespace commhost::directory
