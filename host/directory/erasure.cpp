#include "directory/erasure.hpp"

#include "directory/change_set.hpp"
#include "directory/merging.hpp"
#include "directory/picture.hpp"

#include <algorithm>
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

}  // namespace

std::string erased_name(store::connection& on, user_id person) {
    auto name = std::string(erased_prefix) + std::to_string(static_cast<std::int64_t>(person));
    while (on.scalar<user_id>("select id from directory_user where external_id = :name and id <> :user",
                              {{"name", name}, {"user", person}}))
        name.insert(erased_prefix.size(), 1, '0');
    return name;
}

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
    std::vector<user_id> found;
    for (const auto& [user] :
         on.query<user_id>("select e.user_id from directory_erasure e where e.done is null and exists "
                           "(select 1 from directory_user_source s where s.user_id = e.user_id)"))
        found.push_back(user);
    std::sort(found.begin(), found.end());
    return found;
}

withdrawn_erasures withdraw_erasures_of_named(store::connection& within, store::milliseconds_utc now) {
    withdrawn_erasures withdrawn;
    for (const auto& [user] : within.query<user_id>(
             "delete from directory_erasure where done is null and exists "
             "(select 1 from directory_user_source s where s.user_id = directory_erasure.user_id) returning user_id"))
        withdrawn.people.push_back(user);
    std::sort(withdrawn.people.begin(), withdrawn.people.end());
    for (const auto person : withdrawn.people) {
        const auto touched = part_from_leaving(within, person, now);
        withdrawn.touched.insert(touched.begin(), touched.end());
    }
    return withdrawn;
}

std::optional<std::vector<instance_id>> finish_erasure(store::connection& within, user_id person,
                                                       store::milliseconds_utc now) {
    // An import that names the person at this moment is waited for, and seen by what follows.
    lock_revision(within);
    // Of several that come here at once one does it.
    if (within.execute("update directory_erasure set done = :now where user_id = :user and done is null",
                       {{"now", now}, {"user", person}}) == 0)
        return std::nullopt;
    const auto next = within.scalar<user_id>("select coalesce(merged_by_hand, merged_said) from directory_user "
                                             "where id = :user and coalesce(merged_by_hand, merged_said) is not null",
                                             {{"user", person}});
    const auto erased = within.execute(
        R"(update directory_user
              set external_id = :name, username = :name, given_name = '', family_name = '', display_name = '',
                  email = '', fields = '{}', profile = '', picture = '', source = '', merged_into = null,
                  merged_by_hand = null, merged_said = null, changed = :now
            where id = :user
              and not exists (select 1 from directory_user_source s where s.user_id = directory_user.id))",
        {{"name", erased_name(within, person)}, {"now", now}, {"user", person}});
    if (erased == 0) {
        within.execute("delete from directory_erasure where user_id = :user", {{"user", person}});
        return std::nullopt;
    }
    drop_unused_pictures(within);
    // Such as that of a room that adopted them meanwhile.
    within.execute("delete from directory_membership where user_id = :user", {{"user", person}});
    return part_from_erased(within, person, next, now);
}

std::vector<instance_id> part_from_finished(store::connection& within, store::milliseconds_utc now) {
    std::vector<instance_id> touched;
    for (const auto& [erased] : within.query<user_id>(
             R"(select e.user_id from directory_user u join directory_erasure e on e.user_id = u.merged_said
                 where u.merged_said is not null and e.done is not null
                union
                select e.user_id from directory_user u join directory_erasure e on e.user_id = u.merged_by_hand
                 where u.merged_by_hand is not null and e.done is not null)")) {
        const auto concerned = part_from_erased(within, erased, std::nullopt, now);
        touched.insert(touched.end(), concerned.begin(), concerned.end());
    }
    std::sort(touched.begin(), touched.end());
    touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
    return touched;
}

}  // namespace commhost::directory
