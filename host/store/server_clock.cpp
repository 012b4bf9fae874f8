#include "store/server_clock.hpp"

namespace commhost::store {

milliseconds_utc server_clock::now() const {
    const std::scoped_lock locked(mutex_);
    if (!at_boot_) return host_.now();
    const auto time = *at_boot_ + host_.since_boot().count();
    if (!last_told_ || time > *last_told_ || *last_told_ - time > farthest_back.count()) last_told_ = time;
    return *last_told_;
}

bool server_clock::is_due() const {
    const std::scoped_lock locked(mutex_);
    return !at_boot_ || host_.since_boot() - read_at_ >= good_for;
}

void server_clock::take(milliseconds_utc server, std::chrono::milliseconds asked_at) {
    const std::scoped_lock locked(mutex_);
    const auto answered_at = host_.since_boot();
    if (at_boot_ && answered_at - asked_at > slowest_reading) return;
    at_boot_ = server - answered_at.count();
    read_at_ = answered_at;
}

}  // namespace commhost::store
