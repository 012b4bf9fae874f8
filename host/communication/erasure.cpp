#include "communication/erasure.hpp"

#include "audit/audit.hpp"
#include "communication/api.hpp"
#include "communication/leavers.hpp"
#include "communication/mentions.hpp"
#include "communication/room.hpp"
#include "communication/room_audit.hpp"
#include "communication/room_rules.hpp"
#include "directory/change_set.hpp"
#include "directory/erasure.hpp"
#include "directory/named.hpp"
#include "directory/person.hpp"
#include "directory/user.hpp"
#include "directory/user_rows.hpp"
#include "service/value_erasure.hpp"
#include "store/json_rows.hpp"
#include "task/errors.hpp"
#include "task/listing.hpp"
#include "task/queue.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>
#include <span>
#include <utility>

namespace commhost::communication {

namespace {

using core_communication::user_id;
using directory::rows_of;
using directory::users_table;

/// All accounts that were left, the oldest first.
std::vector<left_account> named_in_audit(store::connection& on) {
    std::vector<left_account> left;
    for (auto& [row, at, what] : audit::left_on_servers(on)) {
        const auto account = account_in(what.before.value());
        if (account && what.about.user) left.push_back({row, *what.about.user, at, what.about.name, *account});
    }
    std::reverse(left.begin(), left.end());
    return left;
}

/// Those that are somebody's now.
std::set<std::pair<std::string, std::string>> used_among(store::connection& on,
                                                         std::span<const left_account> accounts) {
    store::json_rows rows;
    for (const auto& each : accounts) rows.add(each.provider, each.account);
    std::set<std::pair<std::string, std::string>> used;
    for (auto& [provider, account] : on.query<std::string, std::string>(
             "select a.provider, a.account from communication_account a join " +
                 store::json_rows::table(on.dialect(), ":rows",
                                         {{"provider", store::column::text}, {"account", store::column::text}}) +
                 " r on r.provider = a.provider and r.account = a.account",
             {{"rows", rows.json()}}))
        used.emplace(std::move(provider), std::move(account));
    return used;
}

void record_by_hand(store::connection& within, std::string_view provider, user_id person, const audit::origin& by,
                    store::milliseconds_utc now) {
    audit::subject about{audit::subject_kind::user};
    about.user = person;
    about.name = provider;
    audit::record(within, {by, about, std::string(erased_by_admin)}, now);
}

audit::entry step_of(user_id person, std::string_view action) {
    audit::subject about{audit::subject_kind::user};
    about.user = person;
    return {{"worker", "erasure", ""}, about, std::string(action)};
}

/// Of these people those who are in no room.
std::vector<user_id> in_no_room(store::connection& on, std::span<const user_id> people) {
    std::vector<user_id> found;
    for (const auto& [user] : on.query<user_id>("select r.user_id from " + users_table(on) +
                                                    " r where not exists (select 1 from communication_user c "
                                                    "where c.user_id = r.user_id) order by r.user_id",
                                                {{"rows", rows_of(people)}}))
        found.push_back(user);
    return found;
}

/// The providers at which these people have accounts: as accounts_with has them.
std::map<user_id, std::set<std::string>> providers_with(store::connection& on, std::span<const user_id> people) {
    std::map<user_id, std::set<std::string>> found;
    for (auto& [user, provider] : on.query<user_id, std::string>(
             "select r.user_id, a.provider from " + users_table(on) +
                 " r join communication_account a on a.user_id = r.user_id union select r.user_id, f.provider from " +
                 users_table(on) +
                 R"( r join communication_former_account f on f.user_id = r.user_id where not exists
                     (select 1 from communication_account a where a.provider = f.provider and a.account = f.account))",
             {{"rows", rows_of(people)}}))
        found[user].insert(std::move(provider));
    return found;
}

/// The tasks for these accounts: those that are there, in whatever state, or those that are not.
std::vector<task::new_task> tasks_for(store::connection& on, const std::map<user_id, std::set<std::string>>& providers,
                                      bool are_there) {
    std::vector<task::new_task> tasks;
    std::vector<std::string> keys;
    for (const auto& [person, theirs] : providers)
        for (const auto& provider : theirs) keys.push_back(tasks.emplace_back(erase_task(provider, person)).key);
    if (tasks.empty()) return tasks;
    const auto there = task::those_there(on, keys);
    std::erase_if(tasks, [&](const task::new_task& each) { return there.contains(each.key) != are_there; });
    return tasks;
}

/// What became of those whose erasure came to its end.
struct finished {
    std::vector<user_id> people;
    std::vector<std::string> names;  ///< By which errors may name them.
    std::set<std::string> ids;       ///< That they had in the directory.
    std::set<directory::instance_id> touched;
    std::vector<user_id> parted;  ///< Who had been merged into one of them.
};

/// In the directory alone.
finished finish(store::connection& within, std::span<const user_id> people, store::milliseconds_utc now) {
    finished result;
    const auto before = directory::find_users(within, people);
    auto [erased, parted, touched] = directory::finish_erasures(within, people, now);
    for (const auto& [person, record] : before) {
        if (!std::binary_search(erased.begin(), erased.end(), person)) continue;
        for (auto& name : names_of(record, {})) result.names.push_back(std::move(name));
        result.ids.insert(record.external_id);
    }
    result.people = std::move(erased);
    result.parted = std::move(parted);
    result.touched.insert(touched.begin(), touched.end());
    return result;
}

void delete_rows(store::connection& within, std::span<const account_of> accounts) {
    store::json_rows rows;
    for (const auto& [person, provider, account] : accounts) rows.add(provider, person, account);
    const auto those = store::json_rows::table(
        within.dialect(), ":rows",
        {{"provider", store::column::text}, {"user_id", store::column::integer}, {"account", store::column::text}});
    for (const std::string table : {"communication_account", "communication_former_account"})
        within.execute("delete from " + table +
                           " where (provider, user_id, account) in (select r.provider, r.user_id, r.account from " +
                           those + " r)",
                       {{"rows", rows.json()}});
}

void tell_audit(store::connection& within, std::span<const user_id> withdrawn, const finished& ended,
                store::milliseconds_utc now) {
    std::vector<audit::entry> rows;
    for (const auto person : withdrawn) rows.push_back(step_of(person, "person_erasure_withdrawn"));
    for (const auto person : ended.people) rows.push_back(step_of(person, "person_erased"));
    if (!ended.people.empty()) {
        audit::anonymise(within, ended.people, left_on_server);
        audit::blank_mergers_into(
            within, [&](const std::string& id) { return ended.ids.contains(id); }, nobody);
        audit::blank_exempt(within, {ended.names.begin(), ended.names.end()}, nobody);
    }
    audit::record(within, rows, now);
}

}  // namespace

task::new_task erase_task(std::string_view provider, user_id person) {
    const auto number = std::to_string(static_cast<std::int64_t>(person));
    task::new_task made;
    made.kind = erase_kind;
    made.queue = provider;
    made.key = "erase/" + std::string(provider) + "/" + number;
    made.in_lane = task::lane::clean_up;
    made.payload = R"({"user":)" + number + "}";
    return made;
}

std::optional<user_id> person_of(std::string_view payload) {
    boost::system::error_code failed;
    const auto document = boost::json::parse(payload, failed);
    const auto* number = !failed && document.is_object() ? document.get_object().if_contains("user") : nullptr;
    if (number == nullptr || !number->is_int64()) return std::nullopt;
    return user_id{number->get_int64()};
}

std::size_t begin_erasure(store::connection& within, user_id person, store::milliseconds_utc now) {
    auto touched = directory::begin_erasure(within, person, now);
    // Also the rooms of instances that name the person no more.
    for (const auto& each : rooms_with(within, person)) {
        if (const auto room = find_room(within, each.room)) touched.push_back(room->instance);
    }
    const auto queued = follow(within, touched, {}, task::lane::interactive, now);  // rooms are locked before tasks
    // One that has failed for an erasure before would have this one wait for ever.
    task::queue::enqueue(within, tasks_for(within, providers_with(within, std::array{person}), true), now);
    return queued;
}

bool may_be_erased(store::connection& on, user_id person) {
    const auto asked = directory::find_erasure(on, person);
    return asked && !asked->done && directory::sources_with(on, person).empty() && rooms_with(on, person).empty();
}

std::optional<account_at> account_to_erase(store::connection& on, std::string_view provider, user_id person,
                                           std::string_view account) {
    if (!may_be_erased(on, person)) return std::nullopt;
    for (auto& each : accounts_with(on, person))
        if (each.provider == provider && each.account == account) return std::move(each);
    return std::nullopt;
}

void forget_accounts(store::connection& within, std::span<const account_of> accounts) {
    directory::lock_revision(within);
    std::vector<std::string> all;
    std::vector<std::string> names;
    for (const auto& each : accounts) {
        all.push_back(each.account);
        if (each.account.size() >= service::shortest_name) names.push_back(each.account);
    }
    drop_exempt(within, all);
    blank_in_rooms(within, names, nobody);
    std::map<std::string, std::vector<std::string>> at;
    for (const auto& each : accounts) at[each.provider].push_back(each.account);
    for (const auto& [provider, theirs] : at)
        service::erase_from_values(within, provider, rooms_at(within, provider), theirs, nobody);
    delete_rows(within, accounts);
    blank_in_tasks(within, names, nobody);
    audit::blank_exempt(within, {all.begin(), all.end()}, nobody);
    for (const auto& [person, provider, account] : accounts) {
        audit::anonymise_unknown(within, provider, account_json(account));
        audit::blank_left(within, provider, account_json(account));  // of one who had it before
    }
}

void leave_accounts(store::connection& within, std::string_view provider, const audit::origin& by,
                    store::milliseconds_utc now) {
    std::vector<account_of> left;
    for (const auto& each : directory::erasures_under_way(within)) {
        if (!directory::sources_with(within, each.user).empty()) continue;  // withdrawn
        for (auto& there : accounts_with(within, each.user))
            if (there.provider == provider) left.push_back({each.user, there.provider, std::move(there.account)});
    }
    if (left.empty()) return;
    forget_accounts(within, left);
    for (const auto& each : left) {
        audit::subject about{audit::subject_kind::user};
        about.user = each.person;
        about.name = provider;
        audit::record(within, {by, about, std::string(left_on_server), account_json(each.account)}, now);
    }
}

std::vector<left_account> accounts_left(store::connection& on) {
    auto left = named_in_audit(on);
    const auto used = used_among(on, left);
    std::erase_if(left, [&](const left_account& each) { return used.contains({each.provider, each.account}); });
    return left;
}

void erased_by_hand(store::connection& within, const left_account& left, const audit::origin& by,
                    store::milliseconds_utc now) {
    audit::blank_before(within, left.row);
    record_by_hand(within, left.provider, left.person, by, now);
}

void erased_by_hand(store::connection& within, std::span<const account_of> accounts, const audit::origin& by,
                    store::milliseconds_utc now) {
    forget_accounts(within, accounts);
    for (const auto& each : accounts) record_by_hand(within, each.provider, each.person, by, now);
}

erasure_steps next_steps(store::connection& on, std::span<const user_id> first) {
    erasure_steps steps;
    std::vector<user_id> people;
    for (const auto& each : directory::erasures_under_way(on)) people.push_back(each.user);
    if (people.empty()) return steps;
    steps.named_again = directory::erasures_of_named(on);
    std::erase_if(people, [&](user_id person) {
        return std::binary_search(steps.named_again.begin(), steps.named_again.end(), person);
    });
    const auto out_of_rooms = in_no_room(on, people);
    const auto providers = providers_with(on, out_of_rooms);
    steps.tasks = tasks_for(on, providers, false);
    std::copy_if(out_of_rooms.begin(), out_of_rooms.end(), std::back_inserter(steps.ends),
                 [&](user_id person) { return !providers.contains(person); });
    if (steps.ends.size() > most_ends) {
        std::stable_partition(steps.ends.begin(), steps.ends.end(), [&](user_id person) {
            return std::find(first.begin(), first.end(), person) != first.end();
        });
        steps.ends.resize(most_ends);
    }
    return steps;
}

std::size_t advance_erasures(store::connection& within, store::milliseconds_utc now, std::span<const user_id> first) {
    if (next_steps(within).empty()) return 0;
    // What is in the way may be another thing behind the lock.
    directory::lock_revision(within);
    const auto withdrawn = directory::withdraw_erasures_of_named(within, now);
    const auto steps = next_steps(within, first);
    // Everything about rooms comes after everything about the directory, and about tasks after that.
    const auto ended = steps.ends.empty() ? finished{} : finish(within, steps.ends, now);
    drop_exempt(within, ended.names);
    blank_in_rooms(within, ended.names, nobody);
    // Those that are somebody else's now.
    if (!ended.people.empty())
        within.execute("delete from communication_former_account where user_id in (select r.user_id from " +
                           users_table(within) + " r)",
                       {{"rows", rows_of(ended.people)}});
    auto touched = ended.touched;
    touched.insert(withdrawn.touched.begin(), withdrawn.touched.end());
    if (!touched.empty()) follow(within, std::vector(touched.begin(), touched.end()), {}, task::lane::interactive, now);
    task::queue::enqueue(within, steps.tasks, now);
    // Whoever is a person again may have an account that is closed.
    auto again = withdrawn.people;
    again.insert(again.end(), ended.parted.begin(), ended.parted.end());
    follow_leavers(within, again, now);
    blank_in_tasks(within, ended.names, nobody);
    tell_audit(within, withdrawn.people, ended, now);
    return ended.people.size();
}

void mend_erasures(store::connection& within, store::milliseconds_utc now) {
    directory::lock_revision(within);
    const auto touched = directory::part_from_finished(within, now);
    if (!touched.empty()) follow(within, touched, {}, task::lane::interactive, now);
    if (!touched.empty()) look_at_leavers(within, now);
    // Nobody ever leaves the directory but by an erasure.
    const auto ids = audit::merged_into(within);
    const auto known = directory::users_named(within, ids);
    const auto is_erased = [&](const std::string& id) { return id != nobody && !known.contains(id); };
    if (std::any_of(ids.begin(), ids.end(), is_erased)) audit::blank_mergers_into(within, is_erased, nobody);
}

}  // namespace commhost::communication
