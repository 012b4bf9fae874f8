#include "store/write_turn.hpp"

namespace commhost::store {

bool write_turn::take(std::chrono::milliseconds patience) {
    std::unique_lock locked(mutex_);
    if (!is_taken_) {
        is_taken_ = true;
        return true;
    }
    const auto self = waiting_.emplace(waiting_.end());
    const bool has_turn = self->changed.wait_for(locked, patience, [&] { return self->has_turn; });
    waiting_.erase(self);
    return has_turn;
}

void write_turn::pass_on() {
    const std::scoped_lock locked(mutex_);
    if (waiting_.empty()) {
        is_taken_ = false;
        return;
    }
    waiting_.front().has_turn = true;
    waiting_.front().changed.notify_one();
}

}  // namespace commhost::store
