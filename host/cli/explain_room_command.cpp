#include "audit/audit.hpp"
#include "cli/commands.hpp"
#include "cli/shown_audit.hpp"
#include "communication/api.hpp"
#include "communication/explanation.hpp"
#include "communication/explanation_facts.hpp"
#include "communication/room_rules.hpp"
#include "directory/change_set.hpp"
#include "directory/instance.hpp"
#include "directory/person.hpp"
#include "directory/user.hpp"
#include "message/error.hpp"
#include "plugin/registry.hpp"
#include "roster/held.hpp"
#include "worker/availability.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace commhost::cli {

namespace {

namespace json = boost::json;
using communication::finding;
using communication::finding_kind;
using communication::standing;

/// What is told of a finding, and what an admin can do about it: keys of phrases.
struct wording {
    finding_kind kind;
    const char* told;
    const char* change = nullptr;  ///< Null where the finding is what it should be, or goes by itself.
};

constexpr wording wordings[] = {
    {finding_kind::membership_in_force, "why_membership_in_force"},
    {finding_kind::in_all_groups, "why_in_all_groups"},
    {finding_kind::membership_not_begun, "why_membership_not_begun"},
    {finding_kind::membership_ended, "why_membership_ended", "why_change_roster"},
    {finding_kind::membership_suspended, "why_membership_suspended", "why_change_roster"},
    {finding_kind::no_membership, "why_no_membership", "why_change_roster"},
    {finding_kind::person_suspended, "why_person_suspended", "why_change_roster"},
    {finding_kind::person_deleted, "why_person_deleted", "why_change_roster"},
    {finding_kind::person_merged, "why_person_merged", "why_change_merged"},
    {finding_kind::instance_hidden, "why_instance_hidden", "why_change_roster"},
    {finding_kind::instance_deleted, "why_instance_deleted", "why_change_roster"},
    {finding_kind::course_hidden, "why_course_hidden", "why_change_roster"},
    {finding_kind::kept_in_archive, "why_kept_in_archive"},
    {finding_kind::groups_have_rooms, "why_groups_have_rooms"},
    {finding_kind::room_dormant, "why_room_dormant"},
    {finding_kind::room_held, "why_room_held", "why_change_hold"},
    {finding_kind::room_deleting, "why_room_deleting"},
    {finding_kind::room_not_made, "why_room_not_made"},
    {finding_kind::room_to_adopt, "why_room_to_adopt", "why_change_adoption"},
    {finding_kind::room_failed, "why_room_failed", "why_change_failed"},
    {finding_kind::provider_unavailable, "why_provider_unavailable", "why_change_provider"},
    {finding_kind::provider_paused, "why_provider_paused", "why_change_provider"},
    {finding_kind::no_account, "why_no_account"},
    {finding_kind::account_refused, "why_account_refused", "why_change_refused"},
    {finding_kind::refused, "why_refused", "why_change_refused"},
    {finding_kind::not_tried, "why_not_tried"},
    {finding_kind::role_refused, "why_role_refused", "why_change_refused"},
    {finding_kind::banned, "why_banned", "why_change_banned"},
    {finding_kind::left_respected, "why_left_respected", "why_change_left"},
    {finding_kind::left_added_again, "why_left_added_again"},
    {finding_kind::task_running, "why_task_running"},
    {finding_kind::task_due, "why_task_due"},
    {finding_kind::task_failed, "why_task_failed", "why_change_failed"},
    {finding_kind::no_task, "why_no_task", "why_change_no_task"},
    {finding_kind::being_erased, "why_being_erased"},
    {finding_kind::removal_held, "why_removal_held", "why_change_held"},
    {finding_kind::removals_paused, "why_removals_paused"},
    {finding_kind::unlisted_stay, "why_unlisted_stay", "why_change_rules"},
    {finding_kind::account_exempt, "why_account_exempt", "why_change_rules"},
};

const wording& wording_of(finding_kind kind) {
    return *std::find_if(std::begin(wordings), std::end(wordings),
                         [kind](const wording& each) { return each.kind == kind; });
}

const char* phrase_of(standing which) {
    switch (which) {
        case standing::in_room: return "why_is_in_room";
        case standing::invited: return "why_is_invited";
        case standing::not_yet: return "why_is_not_yet";
        case standing::not_in_room: return "why_is_not_in_room";
        case standing::leaving: return "why_is_leaving";
    }
    return "";
}

/// What an explanation is about.
struct pair {
    communication::room room;
    directory::instance instance;
    directory::user person;
};

message::arguments arguments_of(const pair& of, const finding& each) {
    return {{"source", each.source},
            {"role", each.role},
            {"reason",
             each.kind == finding_kind::provider_paused ? message::word_of("pause_reason", each.reason) : each.reason},
            {"attempts", std::to_string(each.attempts)},
            {"at", time_text(each.at)},
            {"dated", each.at ? "yes" : "no"},
            {"other", each.person},
            {"others", each.person.empty() ? "no" : "yes"},
            {"given", each.reason.empty() ? "no" : "yes"},
            {"user", of.person.record.external_id},
            {"provider", of.room.provider},
            {"room", communication::to_string(of.room.id)}};
}

/// What speaks against the room's provider; the empty text for nothing.
std::string problem_of(worker::host& host, const std::string& provider) {
    const auto found = host.registry().overview();
    const auto problem = worker::why_not_sound(found.find(provider), provider);
    return problem ? problem->text() : std::string();
}

/// By what a source may put the person into the room.
struct named {
    std::set<std::string> people;                 ///< The person, and whoever was merged into them.
    std::set<directory::instance_key> instances;  ///< The room's, and the course whose groups have the rooms.
};

named names_of(store::connection& on, const pair& of, const communication::explanation_facts& facts) {
    named by{{of.person.record.external_id}, {of.instance.key}};
    for (const auto& each : directory::find_users(on, directory::merged_into(on, of.person.id)))
        by.people.insert(each.record.external_id);
    if (!facts.of_all_groups.empty() && of.instance.parent)
        if (const auto course = directory::find_instance(on, *of.instance.parent)) by.instances.insert(course->key);
    return by;
}

/// Whether they would take the person out of the instance: the membership, or the person or the instance as a whole.
bool takes_out(const directory::change_set& held, const named& by) {
    const auto of_pair = [&](const directory::membership_key& each) {
        return by.people.contains(each.user) && by.instances.contains(each.instance);
    };
    const auto is_person = [&](const std::string& each) { return by.people.contains(each); };
    const auto is_instance = [&](const directory::instance_key& each) { return by.instances.contains(each); };
    return std::ranges::any_of(held.memberships.deleted, of_pair) ||
           std::ranges::any_of(held.memberships.updated, of_pair, &directory::membership_record::key) ||
           std::ranges::any_of(held.users.deleted, is_person) ||
           std::ranges::any_of(held.users.updated, is_person, &directory::user_record::external_id) ||
           std::ranges::any_of(held.instances.deleted, is_instance) ||
           std::ranges::any_of(held.instances.updated, is_instance, &directory::instance_record::key);
}

std::vector<communication::explanation_facts::held> held_removals(store::connection& on, const named& by) {
    std::vector<communication::explanation_facts::held> result;
    for (const auto& each : roster::list_held(on)) {
        const auto changes = roster::held_of(on, each.source);
        if (changes && takes_out(*changes, by)) result.push_back({each.source, each.at});
    }
    return result;
}

/// "Ada Lovelace (p-1)"; by the username where there is no other name, and by the id alone where it is no other one.
std::string name_with_id(const directory::user_record& of) {
    const auto& name = of.display_name.empty() ? of.username : of.display_name;
    return name.empty() || name == of.external_id ? of.external_id : name + " (" + of.external_id + ")";
}

std::string paragraph(const pair& of, const communication::explanation& found) {
    std::string all = message::phrase(
        phrase_of(found.standing),
        {{"person", name_with_id(of.person.record)}, {"name", of.instance.name}, {"provider", of.room.provider}});
    for (const auto& each : found.findings)
        all += " " + message::phrase(wording_of(each.kind).told, arguments_of(of, each));
    std::vector<std::string> changes;
    for (const auto& each : found.findings) {
        const auto* change = wording_of(each.kind).change;
        if (change == nullptr) continue;
        auto told = message::phrase(change, arguments_of(of, each));
        if (std::find(changes.begin(), changes.end(), told) == changes.end()) changes.push_back(std::move(told));
    }
    for (const auto& each : changes) all += " " + each;
    return all;
}

json::object to_json(const finding& each) {
    json::object document{{"word", std::string(to_string(each.kind))}};
    if (!each.source.empty()) document["source"] = each.source;
    if (!each.role.empty()) document["role"] = each.role;
    if (!each.reason.empty()) document["reason"] = each.reason;
    if (!each.person.empty()) document["person"] = each.person;
    if (each.attempts > 0) document["attempts"] = each.attempts;
    if (each.at) document["at"] = time_json(each.at);
    return document;
}

void explain(context& shared, const std::string& room_name, const std::string& user_name) {
    auto& host = shared.host();
    const auto on = host.database().borrow();
    const auto room = communication::find_room(*on, room_name);
    const pair of{room, directory::find_instance(*on, room.instance).value(), directory::find_person(*on, user_name)};
    const auto rules = communication::rules_for(*on, room.instance, host.settings().members);
    auto facts = communication::facts_about(*on, host.queue(), room, of.person, rules, host.clock().now());
    facts.held_removals = held_removals(*on, names_of(*on, of, facts));
    facts.provider_problem = problem_of(host, room.provider);
    const auto found = communication::explain(facts);

    audit::filter which;
    which.room = room.id;
    which.instance = static_cast<std::int64_t>(room.instance);
    which.user = of.person.id;
    const auto rows = audit::list(*on, which, 1);
    const shown_audit shown(*on, rows);
    const auto text = paragraph(of, found);
    if (shared.out.json()) {
        json::array findings;
        for (const auto& each : found.findings) findings.push_back(to_json(each));
        shared.out.document(json::object{
            {"room", static_cast<std::int64_t>(room.id)},
            {"instance", directory::name_of(of.instance.key)},
            {"user", of.person.record.external_id},
            {"standing", std::string(to_string(found.standing))},
            {"findings", std::move(findings)},
            {"text", text},
            {"last_change", rows.empty() ? json::value(nullptr) : json::value(shown.document(rows.front()))}});
        return;
    }
    shared.out.line(rows.empty()
                        ? text
                        : text + " " +
                              message::phrase("why_last_change",
                                              {{"at", time_text(rows.front().at)},
                                               {"action", message::word_of("audit_action", rows.front().what.action)},
                                               {"actor", rows.front().what.by.actor},
                                               {"cause", rows.front().what.by.cause}}));
}

}  // namespace

void add_explain_room_command(const command& rooms, context& shared) {
    struct words {
        std::string room, user;
    };
    const auto given = std::make_shared<words>();
    const auto made = rooms.subcommand("explain", "help_room_explain");
    made.option("ROOM", given->room, "help_room_name").required();
    made.option("USER", given->user, "help_room_explain_user").required();
    made.examples({"commhost room explain physics-1 u17"});
    made.runs([given, &shared] { explain(shared, given->room, given->user); });
}

}  // namespace commhost::cli
