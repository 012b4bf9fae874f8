#include "communication/leavers.hpp"

#include "directory/leaving.hpp"
#include "store/json_rows.hpp"
#include "task/queue.hpp"

#include <core_communication/processor.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace commhost::communication {

namespace {

using core_communication::account_origin;
using core_communication::user_id;
using store::column;
using store::json_rows;

constexpr std::size_t accounts_a_look = 4000;

struct made_account {
    user_id user{};
    std::string account;
    kept_standing standing;
};

/// By user id, those behind that one.
std::vector<made_account> accounts_behind(store::connection& on, std::string_view provider, user_id behind) {
    std::vector<made_account> found;
    for (auto& [user, account, standing, begun] : on.query<user_id, std::string, std::string, std::string>(
             R"(select user_id, account, standing, standing_begun from communication_account
                 where provider = :provider and user_id > :behind and origin = :made order by user_id limit :most)",
             {{"provider", provider}, {"behind", behind}, {"made", account_origin::made}, {"most", accounts_a_look}}))
        found.push_back({user, std::move(account), standing_in(standing, std::move(begun))});
    return found;
}

std::map<user_id, bool> leavers_among(store::connection& on, std::span<const made_account> accounts) {
    std::vector<user_id> people;
    for (const auto& each : accounts) people.push_back(each.user);
    return directory::leavers_among(on, people);
}

std::vector<std::string> providers_with_accounts(store::connection& on) {
    std::vector<std::string> found;
    for (auto& [provider] : on.query<std::string>(
             "select distinct provider from communication_account where origin = :made order by provider",
             {{"made", account_origin::made}}))
        found.push_back(std::move(provider));
    return found;
}

/// Whether it may have to be looked at, whatever its provider is set to do.
bool is_of_interest(const kept_standing& standing, bool has_left) {
    return has_left ? standing.decided.empty() || !standing.begun.empty() : standing != kept_standing{};
}

std::size_t enqueue(store::connection& within, const std::set<std::string>& providers, task::lane lane,
                    store::milliseconds_utc now) {
    std::vector<task::new_task> tasks;
    for (const auto& provider : providers) tasks.push_back(leavers_task(provider, lane));
    if (!tasks.empty()) task::queue::enqueue(within, tasks, now);
    return tasks.size();
}

/// What an update of the accounts in these rows, r, is restricted to.
std::string is_in_row(const store::connection& on) {
    return " r where communication_account.provider = " + json_rows::in_each_row(on.dialect(), ":provider") +
           " and communication_account.user_id = r.user_id and communication_account.account = r.account";
}

std::optional<std::string> as_json(const std::string& standing) {
    if (standing.empty()) return std::nullopt;
    return boost::json::serialize(boost::json::object{{"standing", standing}});
}

/// leavers: whether each of them has left.
std::size_t follow(store::connection& within, const std::map<user_id, bool>& leavers, store::milliseconds_utc now) {
    if (leavers.empty()) return 0;
    std::set<std::string> providers;
    const auto table = json_rows::table(within.dialect(), ":rows", {{"user_id", column::integer}});
    json_rows rows;
    const auto ask = [&] {
        for (auto& [user, provider, standing, begun] : within.query<user_id, std::string, std::string, std::string>(
                 "select a.user_id, a.provider, a.standing, a.standing_begun from " + table +
                     " r join communication_account a on a.user_id = r.user_id where a.origin = :made",
                 {{"rows", rows.json()}, {"made", account_origin::made}}))
            if (is_of_interest(standing_in(standing, std::move(begun)), leavers.at(user)))
                providers.insert(std::move(provider));
        rows = {};
    };
    for (const auto& [user, has_left] : leavers) {
        rows.add(user);
        if (rows.size() == accounts_a_look) ask();
    }
    if (!rows.empty()) ask();
    return enqueue(within, providers, task::lane::roster, now);
}

}  // namespace

task::new_task leavers_task(std::string_view provider, task::lane lane,
                            std::optional<store::milliseconds_utc> not_before) {
    task::new_task made;
    made.kind = leavers_kind;
    made.queue = provider;
    made.key = "leavers/" + std::string(provider);
    made.in_lane = lane;
    made.payload = "{}";
    made.not_before = not_before;
    return made;
}

bool is_standing(std::string_view word) {
    constexpr std::size_t longest = 32;
    return !word.empty() && word.size() <= longest &&
           word.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos;
}

kept_standing standing_in(std::string_view stored, std::string begun) {
    kept_standing found;
    found.begun = std::move(begun);
    if (stored.starts_with('!')) {
        found.is_refused = true;
        stored.remove_prefix(1);
        const auto space = std::min(stored.find(' '), stored.size());
        found.decided = stored.substr(0, space);
        if (space < stored.size()) found.applied = stored.substr(space + 1);
        return found;
    }
    found.decided = stored;
    if (stored != left_alone) found.applied = stored;
    return found;
}

std::string to_text(const kept_standing& standing) {
    if (!standing.is_refused) return standing.decided;
    return "!" + standing.decided + (standing.applied.empty() ? "" : " " + standing.applied);
}

std::optional<standing_step> next_step(const kept_standing& now, bool has_left, const std::string& for_leavers) {
    // What was begun goes before what is known to be applied, which is then left for another step.
    const auto& told = now.begun.empty() ? now.applied : now.begun;
    const auto left = now.applied == told ? std::string() : now.applied;
    if (!has_left) {
        if (now == kept_standing{}) return std::nullopt;
        return standing_step{!told.empty(), told, {left, false, left}};
    }
    if (for_leavers == left_alone) {
        if (!now.decided.empty()) return std::nullopt;
        return standing_step{false, {}, {for_leavers, false, "", now.begun}};
    }
    if (now.decided == for_leavers && now.begun.empty()) return std::nullopt;
    if (now.begun == for_leavers && !left.empty()) return standing_step{true, left, {for_leavers, false, for_leavers}};
    return standing_step{true, told, {for_leavers, false, for_leavers, left == for_leavers ? "" : left}};
}

std::vector<leaver> leavers_of(store::connection& on, std::string_view provider, const std::string& for_leavers,
                               user_id behind, std::size_t most, const leaver_choice& which) {
    std::vector<leaver> found;
    while (true) {
        auto accounts = accounts_behind(on, provider, behind);
        if (accounts.empty()) return found;
        const auto leavers = leavers_among(on, accounts);
        for (auto& each : accounts) {
            behind = each.user;
            const auto known = leavers.find(each.user);
            if (known == leavers.end()) continue;
            if (which.has_left.value_or(known->second) != known->second) continue;
            if (const bool is_begun = !each.standing.begun.empty(); which.is_begun.value_or(is_begun) != is_begun)
                continue;
            auto next = next_step(each.standing, known->second, for_leavers);
            if (!next) continue;
            found.push_back(
                {each.user, std::move(each.account), known->second, std::move(each.standing), *std::move(next)});
            if (found.size() == most) return found;
        }
    }
}

void record_begun(store::connection& within, std::string_view provider, const std::string& for_leavers,
                  std::span<const leaver> asked) {
    json_rows rows;
    for (const auto& each : asked)
        if (each.next.asks_provider) rows.add(each.user, each.account, each.has_left ? for_leavers : each.next.applied);
    if (!rows.empty())
        within.execute(
            "update communication_account set standing_begun = r.begun from " +
                json_rows::table(within.dialect(), ":rows",
                                 {{"user_id", column::integer}, {"account", column::text}, {"begun", column::text}}) +
                is_in_row(within),
            {{"provider", provider}, {"rows", rows.json()}});
}

bool record_standings(store::connection& within, std::string_view provider, std::span<const leaver> done,
                      const audit::origin& by, store::milliseconds_utc now) {
    if (done.empty()) return false;
    json_rows rows;
    std::vector<audit::entry> told;
    for (const auto& each : done) {
        rows.add(each.user, each.account, to_text(each.next.becomes), each.next.becomes.begun);
        if (!each.next.asks_provider) continue;
        audit::subject about{audit::subject_kind::user};
        about.user = each.user;
        about.name = provider;
        const auto what = each.next.becomes.is_refused ? account_not_closed
                          : each.has_left              ? account_closed
                                                       : account_reopened;
        told.push_back({by, about, std::string(what), as_json(each.now.applied), as_json(each.next.becomes.applied)});
    }
    within.execute("update communication_account set standing = r.standing, standing_begun = r.begun from " +
                       json_rows::table(within.dialect(), ":rows",
                                        {{"user_id", column::integer},
                                         {"account", column::text},
                                         {"standing", column::text},
                                         {"begun", column::text}}) +
                       is_in_row(within),
                   {{"provider", provider}, {"rows", rows.json()}});
    if (!told.empty()) audit::record(within, told, now);
    std::vector<user_id> people;
    for (const auto& each : done) people.push_back(each.user);
    const auto leavers = directory::leavers_among(within, people);
    return std::any_of(done.begin(), done.end(), [&](const leaver& each) {
        const auto known = leavers.find(each.user);
        return known != leavers.end() && known->second != each.has_left;
    });
}

std::size_t follow_leavers(store::connection& within, const std::set<std::string>& people,
                           store::milliseconds_utc now) {
    return follow(within, directory::leavers_among(within, people), now);
}

std::size_t follow_leavers(store::connection& within, std::span<const user_id> people, store::milliseconds_utc now) {
    return follow(within, directory::leavers_among(within, people), now);
}

std::size_t look_at_leavers(store::connection& within, store::milliseconds_utc now) {
    std::set<std::string> providers;
    for (const auto& provider : providers_with_accounts(within)) {
        user_id behind{};
        while (!providers.contains(provider)) {
            const auto accounts = accounts_behind(within, provider, behind);
            if (accounts.empty()) break;
            behind = accounts.back().user;
            const auto leavers = leavers_among(within, accounts);
            for (const auto& each : accounts)
                if (const auto known = leavers.find(each.user);
                    known != leavers.end() && (known->second || is_of_interest(each.standing, false)))
                    providers.insert(provider);
        }
    }
    return enqueue(within, providers, task::lane::periodic, now);
}

std::set<user_id> people_with_accounts(store::connection& on) {
    std::set<user_id> found;
    for (const auto& [user] :
         on.query<user_id>("select distinct user_id from communication_account where origin = :made",
                           {{"made", account_origin::made}}))
        found.insert(user);
    return found;
}

}  // namespace commhost::communication
