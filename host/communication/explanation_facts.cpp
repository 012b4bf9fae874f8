#include "communication/explanation_facts.hpp"

#include "communication/accounts.hpp"
#include "communication/api.hpp"
#include "communication/members.hpp"
#include "communication/room_adoption.hpp"
#include "communication/room_archive.hpp"
#include "communication/room_hold.hpp"
#include "directory/erasure.hpp"
#include "directory/instance.hpp"
#include "directory/membership.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace commhost::communication {

explanation_facts facts_about(store::connection& on, task::queue& queue, const room& of, const directory::user& person,
                              const policy& rules, store::milliseconds_utc now) {
    explanation_facts facts;
    facts.now = now;
    facts.rules = rules;
    facts.person = person.record.status;
    facts.merged_into = person.record.merged_into;
    auto names = directory::merged_into(on, person.id);
    for (const auto& each : directory::find_users(on, names)) facts.merged.emplace(each.id, each.record.external_id);
    names.push_back(person.id);
    const auto memberships_in = [&](directory::instance_id where) {
        auto all = directory::memberships_of(on, where);
        std::erase_if(all, [&](const directory::membership& each) {
            return std::find(names.begin(), names.end(), each.user) == names.end();
        });
        return all;
    };
    const auto instance = directory::find_instance(on, of.instance);
    if (instance) {
        const auto effective = effective_instance(on, *instance);
        const auto kept = people_kept(on, of, effective, rules);
        facts.kept_in_archive =
            std::any_of(kept.begin(), kept.end(), [&](const auto& each) { return each.user == person.id; });
        // Of one that is hidden it is told which of the two is.
        using directory::instance_status;
        facts.instance = effective.status == instance_status::deleted ? effective.status : instance->status;
        facts.group_rooms = instance->group_rooms;
        if (const auto course = directory::find_course(on, instance->id)) {
            facts.course = course->name;
            facts.course_hidden = course->status == directory::instance_status::hidden;
            facts.of_all_groups = memberships_in(course->id);
            std::erase_if(facts.of_all_groups, [](const directory::membership& each) {
                return !directory::entitles_to_all_groups(each.all_groups, each.room_role);
            });
        }
    }
    facts.memberships = memberships_in(of.instance);
    facts.active = of.active;
    facts.created = of.created;
    facts.status = of.status;
    facts.hold = hold_of(on, of.id);
    facts.room_error = of.last_error.value_or("");
    if (is_to_adopt(of)) facts.adopt_address = *of.adopt_address;
    for (const auto& each : known_members(on, of.id, of.provider)) {
        if (each.user != person.id) continue;
        auto& known = facts.known.emplace();
        known.has_account = each.has_account;
        known.synced = each.synced;
        known.presence = each.presence;
    }
    for (auto& each : waiting_members(on, of.id)) {
        if (each.user != person.id || !facts.known) continue;
        facts.known->attempts = each.attempts;
        facts.known->reason = std::move(each.reason).value_or("");
        facts.known->since = each.since;
    }
    facts.removals_paused_until = removals_paused_until(rules, now);
    if (const auto asked = directory::find_erasure(on, person.id)) facts.being_erased = !asked->done;
    const auto accounts = accounts_of(on, of.provider, std::span(&person.id, 1));
    if (const auto own = accounts.find(person.id); own != accounts.end()) facts.account = own->second;
    for (auto& each : queue.pauses()) {
        if (each.queue == of.provider) facts.paused = {std::move(each.reason), each.until};
    }
    task::task_filter which;
    which.key = reconcile_task({of.id, of.provider}, task::lane::interactive).key;
    for (auto& each : queue.list(which)) facts.next = {each.state, each.due, std::move(each.error_text).value_or("")};
    return facts;
}

}  // namespace commhost::communication
