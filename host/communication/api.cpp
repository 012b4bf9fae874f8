#include "communication/api.hpp"

#include "communication/codes.hpp"
#include "communication/members.hpp"
#include "communication/room_removal.hpp"
#include "directory/membership.hpp"
#include "message/error.hpp"
#include "task/queue.hpp"
#include "text/number.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace commhost::communication {

namespace {

void enqueue(store::connection& on, std::span<const touched_room> rooms, task::lane lane, store::milliseconds_utc now) {
    std::vector<task::new_task> tasks;
    for (const auto& room : rooms) tasks.push_back(reconcile_task(room, lane));
    task::queue::enqueue(on, tasks, now);
}

/// A change of an instance whose groups have the rooms concerns these.
std::vector<directory::instance_id> with_their_groups(store::connection& on,
                                                      std::span<const directory::instance_id> changed) {
    std::vector<directory::instance_id> all(changed.begin(), changed.end());
    const auto groups = directory::groups_with_rooms(on, changed);
    all.insert(all.end(), groups.begin(), groups.end());
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

using course_index = std::map<directory::instance_id, directory::instance>;

/// What these are groups of, as far as the groups have the rooms there.
course_index courses_of(store::connection& on, std::span<const directory::instance> instances) {
    std::vector<directory::instance_id> parents;
    for (const auto& instance : instances)
        if (instance.parent) parents.push_back(*instance.parent);
    course_index found;
    if (parents.empty()) return found;
    for (auto& parent : directory::find_instances(on, parents))
        if (parent.group_rooms) found.emplace(parent.id, std::move(parent));
    return found;
}

const directory::instance* course_of(const course_index& known, const directory::instance& group) {
    const auto found = group.parent ? known.find(*group.parent) : known.end();
    return found == known.end() ? nullptr : &found->second;
}

/// Whether it is to have a room, if somebody says where. course: as course_of has it.
bool may_have_room(const directory::instance& instance, const directory::instance* course) {
    return room_status_of(instance, course) == directory::instance_status::active && !instance.group_rooms;
}

/// When to try again the people who could not be done.
store::milliseconds_utc next_try(std::span<const waiting_member> waiting, store::milliseconds_utc now) {
    constexpr std::int64_t first = 5LL * 60'000;
    constexpr std::int64_t longest = 24LL * 60 * 60'000;
    std::int64_t pause = longest;
    for (const auto& each : waiting) {
        const auto doublings = std::clamp<std::int64_t>(each.attempts - 1, 0, 12);
        pause = std::min(pause, first << doublings);
    }
    return now + pause;
}

/// What somebody may mean: an instance with its active room, or else another of its rooms; or a room that has the number.
struct meant {
    directory::instance instance;
    std::optional<room> its_room;
};

std::vector<meant> all_meant(store::connection& on, std::string_view what) {
    std::vector<meant> all;
    const auto number = text::number_in(what);
    if (auto found = number ? find_room(on, communication_id{*number}) : std::nullopt) {
        auto instance = directory::find_instance(on, found->instance).value();
        all.push_back({std::move(instance), std::move(found)});
    }
    for (auto& instance : directory::instances_called(on, what)) {
        auto rooms = rooms_of(on, instance.id);
        all.push_back({std::move(instance), rooms.empty() ? std::nullopt : std::optional(std::move(rooms.front()))});
    }
    return all;
}

/// That which all of them are. id_of: by which two are known to be the same.
template <class Id>
meant the_one(std::vector<meant> all, std::string_view what, Id&& id_of) {
    if (all.empty()) throw message::error(ROOM_UNKNOWN, {{"room", std::string(what)}});
    std::map<decltype(id_of(all.front())), std::string> names;
    for (const auto& each : all) names.emplace(id_of(each), name_of(each.instance.key));
    if (names.size() > 1) {
        std::string list;
        for (const auto& [id, name] : names) list += (list.empty() ? "" : ", ") + name;
        throw message::error(ROOM_AMBIGUOUS, {{"room", std::string(what)}, {"rooms", list}});
    }
    return std::move(all.front());
}

}  // namespace

task::new_task reconcile_task(const touched_room& room, task::lane lane,
                              std::optional<store::milliseconds_utc> not_before) {
    const auto number = to_string(room.id);
    task::new_task made;
    made.kind = reconcile_kind;
    made.queue = room.provider;
    made.key = "reconcile/" + number;
    made.order = "room/" + number;
    made.in_lane = lane;
    made.payload = R"({"room":)" + number + "}";
    made.not_before = not_before;
    return made;
}

communication_id room_of(std::string_view payload) {
    boost::system::error_code failed;
    const auto document = boost::json::parse(payload, failed);
    const auto* number = !failed && document.is_object() ? document.get_object().if_contains("room") : nullptr;
    if (number == nullptr || !number->is_int64()) throw message::error(ROOM_UNKNOWN, {{"room", std::string(payload)}});
    return communication_id{number->get_int64()};
}

std::size_t follow(store::connection& on, std::span<const directory::instance_id> changed,
                   std::string_view default_provider, task::lane lane, store::milliseconds_utc now, chosen_by who) {
    const auto touched = with_their_groups(on, changed);
    std::map<directory::instance_id, std::string> present;
    for (auto& [instance, provider] : active_providers(on, touched)) present[instance] = std::move(provider);
    if (who == chosen_by::configuration || default_provider.empty())
        for (auto& [instance, provider] : dormant_providers(on, touched)) present[instance] = std::move(provider);
    std::vector<assignment> assignments;
    std::vector<standing_of_instance> standing;
    std::vector<provider_choice> not_hidden;
    std::vector<directory::instance_id> hidden;
    const auto instances = directory::find_instances(on, touched);
    const auto known = courses_of(on, instances);
    for (const auto& instance : instances) {
        std::string provider;
        const auto* course = course_of(known, instance);
        const auto status = room_status_of(instance, course);
        standing.push_back({instance.id, status == directory::instance_status::deleted});
        if (status == directory::instance_status::hidden)
            hidden.push_back(instance.id);
        else
            not_hidden.push_back(
                {instance.id, !instance.provider.empty() || (course != nullptr && !course->provider.empty())});
        if (may_have_room(instance, course)) {
            // A room that is there, or was, stays where it is: only the roster, or an admin's switch, moves it.
            const auto now_at = present.find(instance.id);
            provider = !instance.provider.empty()                       ? instance.provider
                       : course != nullptr && !course->provider.empty() ? course->provider
                       : now_at != present.end()                        ? now_at->second
                                                                        : std::string(default_provider);
            if (provider == directory::no_provider) provider.clear();
        }
        assignments.push_back({instance.id, std::move(provider)});
    }
    note_ends(on, standing, now);
    auto rooms = assign(on, assignments, now);
    for (const auto& idle : {forget_never_begun(on, not_hidden, default_provider), leave_never_begun(on, hidden)})
        std::erase_if(rooms, [&](const auto& room) { return std::binary_search(idle.begin(), idle.end(), room.id); });
    enqueue(on, rooms, lane, now);
    return rooms.size();
}

std::string room_name(const directory::instance& instance, const directory::instance* course) {
    if (course == nullptr || instance.name.starts_with(course->name)) return instance.name;
    return course->name + ": " + instance.name;
}

directory::instance_status room_status_of(const directory::instance& instance, const directory::instance* course) {
    return course == nullptr ? instance.status : std::max(instance.status, course->status);
}

directory::instance effective_instance(store::connection& on, directory::instance instance) {
    const auto course = directory::find_course(on, instance.id);
    if (!course) return instance;
    instance.name = room_name(instance, &*course);
    instance.status = room_status_of(instance, &*course);
    return instance;
}

std::size_t move_room(store::connection& on, directory::instance_id instance, std::string_view provider,
                      store::milliseconds_utc now) {
    directory::set_provider(on, instance, provider, now);
    return follow(on, std::span(&instance, 1), {}, task::lane::interactive, now);
}

std::vector<directory::instance_id> without_room(store::connection& on) {
    std::set<directory::instance_id> housed;
    for (const auto& each : list_rooms(on)) {
        if (each.active) housed.insert(each.instance);
    }
    std::vector<directory::instance_id> without;
    const auto instances = directory::list_instances(on);
    course_index known;
    for (const auto& instance : instances)
        if (instance.group_rooms) known.emplace(instance.id, instance);
    for (const auto& instance : instances) {
        const auto* course = course_of(known, instance);
        const auto& provider = instance.provider.empty() && course != nullptr ? course->provider : instance.provider;
        if (may_have_room(instance, course) && provider != directory::no_provider && !housed.contains(instance.id))
            without.push_back(instance.id);
    }
    return without;
}

std::size_t synchronise_all(store::connection& on, const audit::origin& by, store::milliseconds_utc now) {
    const auto rooms = active_rooms(on);
    audit::record(on,
                  {by,
                   {audit::subject_kind::room},
                   "rooms_sync_asked",
                   std::nullopt,
                   boost::json::serialize(boost::json::object{{"number", rooms.size()}})},
                  now);
    enqueue(on, rooms, task::lane::periodic, now);
    return rooms.size();
}

std::optional<store::milliseconds_utc> next_pass(store::connection& on, const room& of,
                                                 store::milliseconds_utc wanted_at, store::milliseconds_utc now,
                                                 bool somebody_waits,
                                                 std::optional<store::milliseconds_utc> paused_until) {
    auto next = directory::next_date(on, of.instance, wanted_at);
    const auto at = [&](store::milliseconds_utc time) { next = next ? std::min(*next, time) : time; };
    if (paused_until) at(*paused_until);
    if (!somebody_waits) return next;
    auto waiting = waiting_members(on, of.id);
    if (paused_until) std::erase_if(waiting, [](const waiting_member& each) { return each.leaving; });
    at(next_try(waiting, now));
    return next;
}

std::vector<touched_room> rooms_by(store::connection& on, directory::instance_id instance) {
    return all_rooms_of(on, with_their_groups(on, std::span(&instance, 1)));
}

void look_again(store::connection& on, directory::instance_id instance, store::milliseconds_utc now) {
    enqueue(on, rooms_by(on, instance), task::lane::interactive, now);
}

room find_room(store::connection& on, std::string_view what) {
    auto all = all_meant(on, what);
    std::erase_if(all, [](const meant& each) { return !each.its_room; });
    return std::move(*the_one(std::move(all), what, [](const meant& each) { return each.its_room->id; }).its_room);
}

directory::instance find_instance(store::connection& on, std::string_view what) {
    return the_one(all_meant(on, what), what, [](const meant& each) { return each.instance.id; }).instance;
}

}  // namespace commhost::communication
