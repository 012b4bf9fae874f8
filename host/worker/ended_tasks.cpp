#include "worker/ended_tasks.hpp"

#include "communication/api.hpp"
#include "communication/room.hpp"
#include "message/error.hpp"
#include "task/listing.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace commhost::worker {

namespace {

/// Empty for a task about no room: it has nobody else to tell.
std::optional<communication::communication_id> room_of(std::string_view payload) {
    try {
        return communication::room_of(payload);
    } catch (const message::error&) {
        return std::nullopt;
    }
}

/// Before the tasks, as everybody locks them.
void lock_rooms_of(store::connection& within, std::span<const std::string> payloads) {
    std::vector<communication::communication_id> rooms;
    for (const auto& payload : payloads)
        if (const auto room = room_of(payload)) rooms.push_back(*room);
    communication::lock_rooms(within, rooms);
}

void fail_room(store::connection& on, std::string_view payload, std::string_view why) {
    if (const auto room = room_of(payload)) communication::set_failed(on, *room, why);
}

}  // namespace

void end_by_crash(store::connection& within, task::queue& queue, std::string_view owner, std::string_view how) {
    lock_rooms_of(within, task::payloads_of(within, owner));
    const auto released = queue.release(within, owner, how);
    // One as a rule: a task that is suspected runs alone.
    for (const auto& payload : released.failed) fail_room(within, payload, released.why);
}

void end_by_deadline(store::database& database, task::queue& queue, const task::leased_task& task,
                     const task::failure& why) {
    database.transact([&](store::connection& on) {
        lock_rooms_of(on, std::span(&task.payload, 1));
        if (queue.retry(on, task, why) != task::ending::lease_lost) fail_room(on, task.payload, why.text);
    });
}

}  // namespace commhost::worker
