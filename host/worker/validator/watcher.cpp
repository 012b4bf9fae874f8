#include "worker/validator/watcher.hpp"

#include <utility>

namespace commhost::worker::validator {

namespace {

/// Enough to say what is wrong; a plugin may break a rule in a loop.
constexpr std::size_t most_breaches = 100;

}  // namespace

void watcher::begin(std::string_view method) {
    const std::lock_guard lock(mutex_);
    method_ = method;
    thread_ = std::this_thread::get_id();
}

void watcher::end() {
    const std::lock_guard lock(mutex_);
    method_.clear();
}

void watcher::used(std::string_view what) {
    bool astray = false;
    {
        const std::lock_guard lock(mutex_);
        astray = method_.empty() || thread_ != std::this_thread::get_id();
    }
    if (astray) add(rule::calling_thread, what);
}

void watcher::add(rule which, std::string_view what) {
    const std::lock_guard lock(mutex_);
    if (breaches_.size() < most_breaches) breaches_.push_back({which, method_, std::string(what)});
}

std::string watcher::method() const {
    const std::lock_guard lock(mutex_);
    return method_;
}

std::vector<breach> watcher::take_breaches() {
    const std::lock_guard lock(mutex_);
    return std::exchange(breaches_, {});
}

}  // namespace commhost::worker::validator
