#include "communication/batches.hpp"

#include "communication/halving.hpp"

#include <algorithm>

namespace commhost::communication {

using core_communication::user_id;

batches::batches(const room& of, room_processor& processor, const std::function<bool()>& still_mine)
    : of_(of), processor_(processor), still_mine_(still_mine) {}

bool batches::may_go_on(step kind) const {
    const auto now = find_room(*processor_.database().borrow(), of_.id);
    if (!now || now->status == room_status::held || now->status == room_status::deleting) return false;
    return kind != step::remove_from_room || now->wanted_generation == of_.wanted_generation;
}

std::size_t batches::call(std::span<const user_id> users, std::size_t most, step kind,
                          const std::function<void(std::span<const user_id>)>& make) const {
    std::size_t failed = 0;
    while (!users.empty()) {
        if (!still_mine_()) throw core_communication::task_cancelled();
        if (!may_go_on(kind)) return failed + users.size();
        const auto now = users.first(std::min(most, users.size()));
        users = users.subspan(now.size());
        processor_.begin(kind, now);
        try {
            call_in_halves(now, {[&](std::span<const user_id> some) {
                                     processor_.cancellation().throw_if_requested();
                                     make(some);
                                 },
                                 [&](std::span<const user_id> some) { return processor_.undecided(some); },
                                 [&](user_id culprit, const core_communication::provider_error& why) {
                                     processor_.mark_user_as_failed(culprit, why);
                                 }});
        } catch (...) {
            processor_.abandon();
            throw;
        }
        failed += processor_.end();
    }
    return failed;
}

}  // namespace commhost::communication
