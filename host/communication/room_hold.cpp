#include "communication/room_hold.hpp"

#include "communication/api.hpp"
#include "communication/codes.hpp"
#include "message/error.hpp"
#include "task/queue.hpp"

#include <array>
#include <tuple>
#include <utility>

namespace commhost::communication {

std::optional<room_hold> hold_of(store::connection& on, communication_id id) {
    auto found = on.first<store::milliseconds_utc, std::string, std::string>(
        "select held_at, held_by, held_reason from communication where id = :id and status = 'held'", {{"id", id}});
    if (!found) return std::nullopt;
    auto& [since, by, reason] = *found;
    return room_hold{since, std::move(by), std::move(reason)};
}

void freeze(store::connection& on, const room& which, const room_hold& how) {
    const auto frozen = on.execute(
        "update communication set held_at = case when status = 'held' then held_at else cast(:since as bigint) end, "
        "held_by = :by, held_reason = :reason, status = 'held' where id = :id and status <> 'deleting'",
        {{"since", how.since}, {"by", how.by}, {"reason", how.reason}, {"id", which.id}});
    if (frozen == 0) throw message::error(ROOM_DELETING, {{"room", to_string(which.id)}});
}

bool thaw(store::connection& on, const room& which, store::milliseconds_utc now) {
    const auto thawed =
        on.execute("update communication set status = 'pending', held_at = null, held_by = null, held_reason = null "
                   "where id = :id and status = 'held'",
                   {{"id", which.id}});
    if (thawed == 0) return false;
    const std::array tasks{reconcile_task({which.id, which.provider}, task::lane::interactive)};
    task::queue::enqueue(on, tasks, now);
    return true;
}

}  // namespace commhost::communication
