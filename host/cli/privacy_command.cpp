#include "audit/audit.hpp"
#include "cli/actor.hpp"
#include "cli/codes.hpp"
#include "cli/commands.hpp"
#include "cli/confirmation.hpp"
#include "communication/erasure.hpp"
#include "communication/person_record.hpp"
#include "directory/change_set.hpp"
#include "directory/erasure.hpp"
#include "directory/person.hpp"
#include "message/error.hpp"
#include "plugin/registry.hpp"
#include "roster/forgetting.hpp"
#include "text/number.hpp"
#include "text/utf8.hpp"
#include "worker/erasure.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace commhost::cli {

namespace {

namespace json = boost::json;

struct privacy_words {
    std::string user, provider, reason;
    std::optional<std::string> account;
    bool yes = false;

    bool means(const std::string& of_provider, const std::string& name) const {
        return of_provider == provider && (!account || *account == name);
    }
};

/// Of these accounts, what commhost does not erase on chat servers: an admin has to. Not within a transaction: the registry has
/// its own.
std::vector<communication::account_at> left_by_hand(worker::host& host,
                                                    std::vector<communication::account_at> accounts) {
    std::erase_if(accounts, [&](const communication::account_at& each) {
        const auto entry = host.registry().find(each.provider);
        return entry && worker::is_erased_by(*entry, each);
    });
    return accounts;
}

/// With those who have been merged into the person, who are the same one.
std::vector<directory::user> all_of(store::connection& on, const directory::user& person) {
    auto all = directory::find_users(on, directory::merged_into(on, person.id));
    all.insert(all.begin(), person);
    return all;
}

void erase_person(context& shared, const privacy_words& given) {
    auto& host = shared.host();
    const auto now = host.clock().now();
    const auto person = directory::find_person(*host.database().borrow(), given.user);
    confirm(message::phrase("privacy_erase_question", {{"person", given.user}}), given.yes);
    std::vector<directory::user> people;
    std::vector<communication::account_at> accounts;
    std::size_t queued = 0;
    host.database().transact([&](store::connection& on) {
        // Nobody is merged into the person, or parted from them, from here on.
        directory::lock_revision(on);
        people = all_of(on, directory::find_user(on, person.id).value());
        accounts.clear();
        queued = 0;
        for (const auto& each : people)
            for (auto& account : communication::accounts_with(on, each.id)) accounts.push_back(std::move(account));
        for (const auto& each : people) {
            queued += communication::begin_erasure(on, each.id, now);
            roster::forget_person(on, each.record.external_id);  // behind the lock that an import takes, too
            audit::subject about{audit::subject_kind::user};
            about.user = each.id;
            audit::record(on, {by_admin(given.reason), about, "person_erasure_asked"}, now);
        }
    });
    // By itself: those above have locked rooms and tasks in between, and what goes on here locks the directory before these.
    std::vector<directory::user_id> ids;
    for (const auto& each : people) ids.push_back(each.id);
    const bool done = host.database().transact([&](store::connection& on) {
        communication::advance_erasures(on, now, ids);
        return std::all_of(people.begin(), people.end(), [&](const directory::user& each) {
            const auto of = directory::find_erasure(on, each.id);
            return of && of->done;
        });
    });
    const auto left = left_by_hand(host, std::move(accounts));
    if (!done) shared.status = exit_status::changes_pending;
    if (shared.out.json()) {
        json::array stay;
        for (const auto& each : left)
            stay.push_back(json::object{{"provider", each.provider}, {"account", each.account}});
        json::array merged;
        for (const auto& each : people)
            if (each.id != person.id) merged.emplace_back(static_cast<std::int64_t>(each.id));
        shared.out.document(json::object{{"user", static_cast<std::int64_t>(person.id)},
                                         {"merged", std::move(merged)},
                                         {"done", done},
                                         {"rooms_queued", queued},
                                         {"left_on_servers", std::move(stay)}});
        return;
    }
    const auto number = std::to_string(static_cast<std::int64_t>(person.id));
    shared.out.line(message::phrase(done ? "privacy_erased" : "privacy_erasing",
                                    {{"person", number}, {"number", std::to_string(queued)}}));
    if (left.empty()) return;
    shared.out.line(message::phrase("privacy_left", {{"number", std::to_string(left.size())}}));
    for (const auto& each : left) shared.out.line(text::printable("  " + each.provider + " " + each.account));
}

void list_left(context& shared) {
    const auto on = shared.host().database().borrow();
    const auto left = communication::accounts_left(*on);
    json::array documents;
    std::vector<std::vector<std::string>> rows;
    for (const auto& each : left) {
        const auto number = static_cast<std::int64_t>(each.person);
        documents.push_back(json::object{{"person", number},
                                         {"provider", each.provider},
                                         {"account", each.account},
                                         {"since", time_json(each.since)}});
        rows.push_back({std::to_string(number), each.provider, each.account, time_text(each.since)});
    }
    if (shared.out.json()) {
        shared.out.document(json::object{{"left", std::move(documents)}});
    } else if (left.empty()) {
        shared.out.line(message::phrase("privacy_left_none"));
    } else {
        shared.out.table({"heading_person", "heading_provider", "heading_account", "heading_since"}, rows);
    }
}

/// Whoever is erased, or has an account that was left, is known by number; somebody whose id that is comes after.
directory::user find_erased(store::connection& on, const std::string& what) {
    const auto number = text::number_in(what);
    if (auto found = number ? directory::find_user(on, directory::user_id{*number}) : std::nullopt) {
        const auto left = communication::accounts_left(on);
        if (directory::find_erasure(on, found->id) ||
            std::any_of(left.begin(), left.end(), [&](const auto& each) { return each.person == found->id; }))
            return *std::move(found);
    }
    return directory::find_person(on, what);
}

/// The task of the person's erasure at the provider.
std::optional<task::task_id> erasure_at(worker::host& host, const std::string& provider, directory::user_id person) {
    task::task_filter which;
    which.key = communication::erase_task(provider, person).key;
    const auto found = host.queue().list(which);
    return found.empty() ? std::nullopt : std::optional(found.front().id);
}

/// Accounts that were left, and those whose erasure has failed or waits, for a provider that is gone it may be: that goes on without
/// them then. Not while a worker is at it.
void say_erased(context& shared, const privacy_words& given) {
    auto& host = shared.host();
    const auto now = host.clock().now();
    const auto by = by_admin(given.reason);
    const auto person = find_erased(*host.database().borrow(), given.user);
    const auto waiting = erasure_at(host, given.provider, person.id);
    std::size_t number = 0;
    host.database().transact([&](store::connection& on) {
        directory::lock_revision(on);
        number = 0;
        for (const auto& each : communication::accounts_left(on)) {
            if (each.person != person.id || !given.means(each.provider, each.account)) continue;
            communication::erased_by_hand(on, each, by, now);
            ++number;
        }
        if (waiting && communication::may_be_erased(on, person.id)) {
            std::vector<communication::account_of> erased;
            for (auto& each : communication::accounts_with(on, person.id))
                if (given.means(each.provider, each.account))
                    erased.push_back({person.id, std::move(each.provider), std::move(each.account)});
            if (!erased.empty()) {
                communication::erased_by_hand(on, erased, by, now);
                host.queue().cancel(on, *waiting);
            }
            number += erased.size();
        }
        if (number == 0) throw message::error(CLI_NOT_LEFT, {{"user", given.user}, {"provider", given.provider}});
    });
    host.database().transact(
        [&](store::connection& on) { communication::advance_erasures(on, now, std::span(&person.id, 1)); });
    const auto of = std::to_string(static_cast<std::int64_t>(person.id));
    if (shared.out.json()) {
        shared.out.document(json::object{
            {"person", static_cast<std::int64_t>(person.id)}, {"provider", given.provider}, {"accounts", number}});
        return;
    }
    shared.out.line(message::phrase(
        "privacy_erased_by_hand",
        {{"number", std::to_string(number)}, {"person", of}, {"provider", text::printable(given.provider)}}));
}

}  // namespace

void add_privacy_commands(const command& program, context& shared) {
    const auto privacy = program.subcommand("privacy", "help_privacy");
    const auto given = std::make_shared<privacy_words>();
    add_privacy_export_command(privacy, shared);

    const auto erase_command = privacy.subcommand("erase", "help_privacy_erase");
    erase_command.option("USER", given->user, "help_privacy_user").required();
    erase_command.flag("--yes", given->yes, "help_yes");
    erase_command.option("--reason", given->reason, "help_privacy_reason");
    erase_command.examples({"commhost privacy erase u17 --yes --reason 'request of 27 November'"});
    erase_command.runs([given, &shared] { erase_person(shared, *given); });

    const auto left_command = privacy.subcommand("left", "help_privacy_left");
    left_command.examples({"commhost privacy left"}).runs([&shared] { list_left(shared); });

    const auto erased_command = privacy.subcommand("erased", "help_privacy_erased");
    erased_command.option("PERSON", given->user, "help_privacy_erased_person").required();
    erased_command.option("PROVIDER", given->provider, "help_privacy_erased_provider").required();
    erased_command.option("--account", given->account, "help_privacy_erased_account");
    erased_command.option("--reason", given->reason, "help_privacy_erased_reason");
    erased_command.examples({"commhost privacy erased 17 matrix --reason 'ticket 4711, by the server admin'"});
    erased_command.runs([given, &shared] { say_erased(shared, *given); });
}

}  // namespace commhost::cli
