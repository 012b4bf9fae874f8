#include "worker/ended_tasks.hpp"

#include "communication/api.hpp"
#include "communication/room.hpp"
#include "message/error.hpp"

#include <optional>
#include <string>

namespace commhost::worker {

namespace {

void fail_room(store::connection& on, std::string_view payload, std::string_view why) {
    std::optional<communication::communication_id> room;
    try {
        room = communication::room_of(payload);
    } catch (const message::error&) {
        return;  // a task about no room has nobody else to tell
    }
    communication::set_failed(on, *room, why);
}

}  // namespace

void end_by_crash(store::database& database, task::queue& queue, std::string_view owner, std::string_view how) {
    database.transact([&](store::connection& on) {
        const auto released = queue.release(on, owner, how);
        // One as a rule: a task that is suspected runs alone.
        for (const auto& payload : released.failed) fail_room(on, payload, released.why);
    });
}

void end_by_deadline(store::database& database, task::queue& queue, const task::leased_task& task,
                     const task::failure& why) {
    database.transact([&](store::connection& on) {
        if (queue.retry(on, task, why) != task::ending::lease_lost) fail_room(on, task.payload, why.text);
    });
}

}  // namespace commhost::worker
