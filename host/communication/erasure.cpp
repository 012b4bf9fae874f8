#include "communication/erasure.hpp"

#include "audit/audit.hpp"
#include "communication/api.hpp"
#include "communication/room.hpp"
#include "communication/room_audit.hpp"
#include "communication/room_rules.hpp"
#include "directory/change_set.hpp"
#include "directory/erasure.hpp"
#include "directory/person.hpp"
#include "directory/user.hpp"
#include "service/value_erasure.hpp"
#include "store/json_rows.hpp"
#include "task/errors.hpp"
#include "task/listing.hpp"
#include "task/queue.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <limits>
#include <set>
#include <span>
#include <utility>

namespace commhost::communication {

namespace {

using core_communication::user_id;

/// What stands for a name that was taken out.
constexpr std::string_view nobody = "***";

std::set<std::string> providers_of(std::span<const account_at> accounts) {
    std::set<std::string> providers;
    for (const auto& each : accounts) providers.insert(each.provider);
    return providers;
}

/// All accounts that were left, the oldest first.
std::vector<left_account> named_in_audit(store::connection& on) {
    std::vector<left_account> left;
    audit::filter which;
    which.action = left_on_server;
    for (auto& [row, at, what] : audit::list(on, which, std::numeric_limits<std::int32_t>::max())) {
        const auto account = what.before ? account_in(*what.before) : std::nullopt;
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

std::string in_quotes(std::string_view text) { return boost::json::serialize(boost::json::string(text)); }

/// Those that are not there.
std::vector<task::new_task> tasks_to_erase(store::connection& on, user_id person,
                                           std::span<const account_at> accounts) {
    std::vector<task::new_task> tasks;
    for (const auto& provider : providers_of(accounts)) {
        auto next = erase_task(provider, person);
        if (!task::is_there(on, next.key)) tasks.push_back(std::move(next));
    }
    return tasks;
}

/// Whether there is something to do about an erasure under way.
bool can_go_on(store::connection& on, user_id person) {
    if (!directory::sources_with(on, person).empty()) return true;
    if (!rooms_with(on, person).empty()) return false;
    const auto accounts = accounts_with(on, person);
    return accounts.empty() || !tasks_to_erase(on, person, accounts).empty();
}

void record_end(store::connection& within, user_id person, std::string_view how, store::milliseconds_utc now) {
    audit::subject about{audit::subject_kind::user};
    about.user = person;
    audit::record(within, {{"worker", "erasure", ""}, about, std::string(how)}, now);
}

void record_by_hand(store::connection& within, std::string_view provider, user_id person, const audit::origin& by,
                    store::milliseconds_utc now) {
    audit::subject about{audit::subject_kind::user};
    about.user = person;
    about.name = provider;
    audit::record(within, {by, about, std::string(erased_by_admin)}, now);
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
    return follow(within, touched, {}, task::lane::interactive, now);
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
    for (const auto& each : accounts) drop_exempt(within, each.account);
    std::vector<std::string> names;
    for (const auto& each : accounts)
        if (each.account.size() >= service::shortest_name) names.push_back(each.account);
    blank_in_rooms(within, names, nobody);
    for (const auto& [person, provider, account] : accounts) {
        service::erase_from_values(within, provider, rooms_at(within, provider), account, nobody);
        for (const std::string table : {"communication_account", "communication_former_account"})
            within.execute("delete from " + table +
                               " where provider = :provider and user_id = :user and account = :account",
                           {{"provider", provider}, {"user", person}, {"account", account}});
    }
    task::blank_errors(within, names, nobody);
    for (const auto& [person, provider, account] : accounts) {
        audit::blank(within, "room_rules_changed", in_quotes(account), in_quotes(nobody));
        audit::anonymise_unknown(within, provider, account_json(account));
        // Of one who had it before.
        for (const auto& each : named_in_audit(within))
            if (each.provider == provider && each.account == account) audit::blank_before(within, each.row);
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

std::size_t advance_erasures(store::connection& within, store::milliseconds_utc now) {
    const auto waits = [&](const directory::erasure& each) { return !can_go_on(within, each.user); };
    if (const auto all = directory::erasures_under_way(within); std::all_of(all.begin(), all.end(), waits)) return 0;
    // What is in the way may be another thing behind the lock. Everything about rooms comes after everything about the directory, and
    // about tasks after that.
    directory::lock_revision(within);
    std::size_t finished = 0;
    std::vector<task::new_task> tasks;
    std::vector<directory::instance_id> touched;
    std::vector<std::string> names;
    for (const auto& each : directory::erasures_under_way(within)) {
        if (const auto concerned = directory::withdraw_erasure_of_named(within, each.user, now)) {
            touched.insert(touched.end(), concerned->begin(), concerned->end());
            record_end(within, each.user, "person_erasure_withdrawn", now);
            continue;
        }
        if (!rooms_with(within, each.user).empty()) continue;
        const auto accounts = accounts_with(within, each.user);
        for (auto& next : tasks_to_erase(within, each.user, accounts)) tasks.push_back(std::move(next));
        if (!accounts.empty()) continue;
        const auto person = directory::find_user(within, each.user);
        if (!person) continue;
        const auto concerned = directory::finish_erasure(within, each.user, now);
        if (!concerned) continue;
        touched.insert(touched.end(), concerned->begin(), concerned->end());
        for (auto& name : names_of(person->record, {})) names.push_back(std::move(name));
        // Those that are somebody else's now.
        within.execute("delete from communication_former_account where user_id = :user", {{"user", each.user}});
        const std::string merged = R"("merged_into":)";
        for (const auto* action : {"user_changed", "user_merged", "user_unmerged"})
            audit::blank(within, action, merged + in_quotes(person->record.external_id), merged + in_quotes(nobody));
        audit::anonymise(within, each.user, left_on_server);
        record_end(within, each.user, "person_erased", now);
        ++finished;
    }
    blank_in_rooms(within, names, nobody);
    follow(within, touched, {}, task::lane::interactive, now);
    task::queue::enqueue(within, tasks, now);
    task::blank_errors(within, names, nobody);
    return finished;
}

}  // namespace commhost::communication
