#include "cli/actor.hpp"
#include "cli/commands.hpp"
#include "cli/confirmation.hpp"
#include "communication/api.hpp"
#include "communication/leavers.hpp"
#include "directory/change_set.hpp"
#include "directory/codes.hpp"
#include "directory/merging.hpp"
#include "directory/named.hpp"
#include "directory/person.hpp"
#include "message/catalogue.hpp"
#include "message/error.hpp"

#include <boost/json.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace commhost::cli {

namespace {

namespace json = boost::json;

struct words {
    std::string user;
    std::string into;
    std::string reason;
    bool yes = false;
};

/// In how many instances sources name somebody.
std::string places_of(store::connection& on, const directory::user& person) {
    std::set<directory::instance_id> instances;
    for (const auto& each : directory::memberships_with(on, person.id)) instances.insert(each.instance);
    return std::to_string(instances.size());
}

/// The person as they are now. Throws message::error (DIRECTORY_USER).
directory::user still_there(store::connection& on, const directory::user& person) {
    auto now = directory::find_user(on, person.record.external_id);
    if (!now) throw message::error(directory::DIRECTORY_USER, {{"user", person.record.external_id}});
    return *std::move(now);
}

audit::entry entry_of(const directory::user& was, const directory::user& is, const char* action,
                      const std::string& reason) {
    const auto merged = [](const directory::user& person) {
        const auto& into = person.record.merged_into;
        return json::serialize(json::object{{"merged_into", into.empty() ? json::value() : json::value(into)}});
    };
    audit::subject about{audit::subject_kind::user};
    about.user = was.id;
    return {by_admin(reason), about, action, merged(was), merged(is)};
}

using change = std::function<std::vector<directory::instance_id>(store::connection& on, const directory::user& person,
                                                                 store::milliseconds_utc now)>;

/// Makes a change of who somebody is, behind the lock of the revision, and records it of the person and of everybody whom it
/// made somebody else. Returns the instances that it concerns.
std::vector<directory::instance_id> make_recorded(store::connection& on, const directory::user& person,
                                                  const char* action, const std::string& reason,
                                                  store::milliseconds_utc now, const change& made) {
    const auto was = still_there(on, person);
    auto before = directory::users_named(on, directory::people_said_merged(on));
    auto concerned = made(on, was, now);
    before.erase(was.record.external_id);
    std::set<std::string> names;
    for (const auto& [name, each] : before) names.insert(name);
    std::vector entries{entry_of(was, still_there(on, was), action, reason)};
    for (const auto& [name, is] : directory::users_named(on, names))
        if (is.record.merged_into != before.at(name).record.merged_into)
            entries.push_back(entry_of(before.at(name), is, "user_changed", reason));
    audit::record(on, entries, now);
    return concerned;
}

/// Has the rooms of these instances follow, and the accounts of whoever is a person again. Returns how many rooms were queued.
std::size_t follow(context& shared, store::connection& on, const std::vector<directory::instance_id>& concerned) {
    auto& host = shared.host();
    const auto now = host.clock().now();
    const auto queued =
        communication::follow(on, concerned, host.settings().default_provider, task::lane::interactive, now);
    communication::look_at_leavers(on, now);
    return queued;
}

void tell(const context& shared, const char* what, const char* phrase, const std::string& user, const std::string& into,
          std::size_t queued) {
    if (shared.out.json())
        return shared.out.document(json::object{
            {what, json::object{{"user", user}, {"into", into.empty() ? json::value() : json::value(into)}}},
            {"rooms_queued", queued}});
    shared.out.line(message::phrase(phrase, {{"user", user}, {"into", into}, {"number", std::to_string(queued)}}));
}

void merge(context& shared, const words& given) {
    auto& host = shared.host();
    require_reason(given.reason);
    directory::user person;
    directory::user into;
    {
        const auto on = host.database().borrow();
        person = directory::find_person(*on, given.user);
        into = directory::find_person(*on, given.into);
        confirm(message::phrase("roster_merge_question", {{"user", person.record.external_id},
                                                          {"user_name", person.record.display_name},
                                                          {"into", into.record.external_id},
                                                          {"into_name", into.record.display_name},
                                                          {"number", places_of(*on, person)}}),
                given.yes);
    }
    const auto queued = host.database().transact([&](store::connection& on) {
        directory::lock_revision(on);
        const auto now = host.clock().now();
        const auto merge_them = [&](store::connection& sql, const directory::user& was, store::milliseconds_utc at) {
            return directory::merge_by_hand(sql, was, still_there(sql, into), at);
        };
        return follow(shared, on, make_recorded(on, person, "user_merged", given.reason, now, merge_them));
    });
    tell(shared, "merged", "roster_merged", person.record.external_id, into.record.external_id, queued);
}

/// Whom a source says that somebody is, and whether that one is in rooms.
struct other_word {
    std::string into;
    bool active = false;

    friend bool operator==(const other_word&, const other_word&) = default;
};

/// What holds once an admin's word is taken back; empty: nobody says anything else.
std::optional<other_word> word_without_hand(store::connection& on, const directory::user& person) {
    const auto end = directory::end_without_hand(on, person.id);
    if (!end) return std::nullopt;
    const auto into = directory::find_user(on, *end).value().record;
    return other_word{into.external_id, into.status == directory::user_status::active};
}

/// Asks whether it is to be taken back, and returns what was said of whom the person is then.
std::optional<other_word> confirm_unmerge(store::connection& on, const directory::user& person, bool yes) {
    auto left = word_without_hand(on, person);
    const auto* question = !left          ? "roster_unmerge_question"
                           : left->active ? "roster_unmerge_said_question"
                                          : "roster_unmerge_inactive_question";
    confirm(message::phrase(question, {{"user", person.record.external_id},
                                       {"user_name", person.record.display_name},
                                       {"into", left ? left->into : ""},
                                       {"number", places_of(on, person)}}),
            yes);
    return left;
}

void unmerge(context& shared, const words& given) {
    auto& host = shared.host();
    require_reason(given.reason);
    directory::user person;
    std::optional<other_word> asked;
    const auto ask = [&] {
        const auto on = host.database().borrow();
        person = directory::find_person(*on, given.user);
        asked = confirm_unmerge(*on, person, given.yes);
    };
    std::string into;
    std::size_t queued = 0;
    const auto part = [&](store::connection& on) {
        directory::lock_revision(on);
        if (!given.yes && word_without_hand(on, still_there(on, person)) != asked) return false;
        const auto now = host.clock().now();
        queued =
            follow(shared, on, make_recorded(on, person, "user_unmerged", given.reason, now, directory::part_by_hand));
        into = still_there(on, person).record.merged_into;
        return true;
    };
    // What a source says by then and was not asked about is asked about.
    for (bool done = false; !done;) {
        ask();
        done = host.database().transact(part);
    }
    tell(shared, "unmerged", into.empty() ? "roster_unmerged" : "roster_unmerged_said", person.record.external_id, into,
         queued);
}

}  // namespace

void add_roster_merge_commands(const command& rosters, context& shared) {
    const auto given = std::make_shared<words>();
    const auto add = [&](const char* word, const char* purpose) {
        const auto made = rosters.subcommand(word, purpose);
        made.option("USER", given->user, "help_roster_merge_user").required();
        return made;
    };
    const auto add_rest = [&](const command& to) {
        to.option("--reason", given->reason, "help_roster_reason").placeholder("TEXT").required();
        to.flag("--yes", given->yes, "help_yes");
    };
    const auto merges = add("merge", "help_roster_merge");
    merges.option("INTO", given->into, "help_roster_merge_into").required();
    add_rest(merges);
    merges.examples({"commhost roster merge p-99 p-100 --reason 'registered twice, see ticket 901'"});
    merges.runs([given, &shared] { merge(shared, *given); });

    const auto parts = add("unmerge", "help_roster_unmerge");
    add_rest(parts);
    parts.examples({"commhost roster unmerge p-99 --reason 'two people of one name after all'"});
    parts.runs([given, &shared] { unmerge(shared, *given); });
}

}  // namespace commhost::cli
