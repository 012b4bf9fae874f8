#include "cli/actor.hpp"
#include "cli/commands.hpp"
#include "cli/confirmation.hpp"
#include "communication/api.hpp"
#include "directory/change_set.hpp"
#include "directory/codes.hpp"
#include "directory/merging.hpp"
#include "directory/person.hpp"
#include "message/catalogue.hpp"
#include "message/error.hpp"

#include <boost/json.hpp>

#include <cstddef>
#include <memory>
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

/// was: the person before.
void record(store::connection& on, const directory::user& was, const char* action, const std::string& reason,
            store::milliseconds_utc now) {
    const auto merged = [](const directory::user& person) {
        const auto& into = person.record.merged_into;
        return json::serialize(json::object{{"merged_into", into.empty() ? json::value() : json::value(into)}});
    };
    audit::subject about{audit::subject_kind::user};
    about.user = was.id;
    const auto is = directory::find_user(on, was.id).value();
    audit::record(on, {by_admin(reason), about, action, merged(was), merged(is)}, now);
}

/// Has the rooms of these instances follow. Returns how many were queued.
std::size_t follow(context& shared, store::connection& on, const std::vector<directory::instance_id>& concerned) {
    auto& host = shared.host();
    return communication::follow(on, concerned, host.settings().default_provider, task::lane::interactive,
                                 host.clock().now());
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
        const auto was = still_there(on, person);
        const auto concerned = directory::merge_by_hand(on, was, still_there(on, into), now);
        record(on, was, "user_merged", given.reason, now);
        return follow(shared, on, concerned);
    });
    tell(shared, "merged", "roster_merged", person.record.external_id, into.record.external_id, queued);
}

void unmerge(context& shared, const words& given) {
    auto& host = shared.host();
    require_reason(given.reason);
    directory::user person;
    {
        const auto on = host.database().borrow();
        person = directory::find_person(*on, given.user);
        const auto end = directory::end_without_hand(*on, person.id);
        const auto into = end ? directory::find_user(*on, *end).value().record.external_id : "";
        confirm(message::phrase(end ? "roster_unmerge_said_question" : "roster_unmerge_question",
                                {{"user", person.record.external_id},
                                 {"user_name", person.record.display_name},
                                 {"into", into},
                                 {"number", places_of(*on, person)}}),
                given.yes);
    }
    std::string into;
    const auto queued = host.database().transact([&](store::connection& on) {
        directory::lock_revision(on);
        const auto now = host.clock().now();
        const auto was = still_there(on, person);
        const auto concerned = directory::part_by_hand(on, was, now);
        into = directory::find_user(on, was.id).value().record.merged_into;
        record(on, was, "user_unmerged", given.reason, now);
        return follow(shared, on, concerned);
    });
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
