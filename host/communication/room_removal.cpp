#include "communication/room_removal.hpp"

#include "communication/api.hpp"
#include "plugin/setting_store.hpp"
#include "service/room_values.hpp"
#include "task/queue.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace commhost::communication {

namespace {

std::vector<communication_id> ids_of(std::span<const touched_room> rooms) {
    std::vector<communication_id> ids;
    for (const auto& room : rooms) ids.push_back(room.id);
    std::sort(ids.begin(), ids.end());
    return ids;
}

void withdraw_tasks(store::connection& on, std::span<const touched_room> rooms) {
    std::vector<std::string> tasks;
    for (const auto& room : rooms) tasks.push_back(reconcile_task(room, task::lane::interactive).key);
    if (!tasks.empty()) task::queue::withdraw(on, tasks);
}

/// Of rooms that are in the table no more. Returns their ids, in order.
std::vector<communication_id> forget_what_is_kept(store::connection& on, std::span<const touched_room> rooms) {
    auto gone = ids_of(rooms);
    if (gone.empty()) return gone;
    service::erase_room_values(on, gone);
    plugin::setting_store::forget_rooms(on, gone);
    withdraw_tasks(on, rooms);
    return gone;
}

}  // namespace

std::optional<store::milliseconds_utc> purge_at(const room& of, const directory::instance& instance,
                                                const policy& rules) {
    if (rules.ended != ended_policy::purge || instance.status != directory::instance_status::deleted || of.active)
        return std::nullopt;
    return of.ended_at.value_or(of.changed_at) + rules.ended_after.count();
}

std::vector<communication_id> forget_never_begun(store::connection& on, std::span<const provider_choice> instances,
                                                 std::string_view default_provider) {
    return forget_what_is_kept(on, delete_never_begun(on, instances, default_provider));
}

std::vector<communication_id> leave_never_begun(store::connection& on, std::span<const directory::instance_id> hidden) {
    if (hidden.empty()) return {};
    const auto left = settle_never_begun(on, hidden);
    withdraw_tasks(on, left);
    return ids_of(left);
}

bool begin_purge(store::connection& on, const room& which, store::milliseconds_utc now) {
    const auto begun = on.execute("update communication set status = 'deleting' "
                                  "where id = :id and active = 0 and status <> 'held'",
                                  {{"id", which.id}});
    if (begun == 0) return false;
    const std::array tasks{reconcile_task({which.id, which.provider}, task::lane::interactive)};
    task::queue::enqueue(on, tasks, now);
    return true;
}

void forget_room(store::connection& on, const room& which) {
    on.execute("delete from communication where id = :id", {{"id", which.id}});
    forget_what_is_kept(on, std::array{touched_room{which.id, which.provider}});
}

void deleted_on_server(store::connection& on, const room& which, store::milliseconds_utc now) {
    const auto found = find_room(on, which.id);
    forget_room(on, which);
    if (!found || !found->active) return;
    const std::array again{assignment{which.instance, which.provider}};
    std::vector<task::new_task> tasks;
    for (const auto& room : assign(on, again, now)) tasks.push_back(reconcile_task(room, task::lane::interactive));
    task::queue::enqueue(on, tasks, now);
}

}  // namespace commhost::communication
