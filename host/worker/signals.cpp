#include "worker/signals.hpp"

#include <algorithm>

namespace commhost::worker {

signals::signals(std::initializer_list<int> which) {
    sigemptyset(&set_);
    for (const int signal : which) sigaddset(&set_, signal);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
}

int signals::wait(std::chrono::milliseconds at_most) const {
    const auto time = std::max(at_most, std::chrono::milliseconds(0)).count();
    const timespec limit{time / 1000, time % 1000 * 1'000'000};
    return std::max(0, sigtimedwait(&set_, nullptr, &limit));
}

void unblock_all_signals() {
    sigset_t none;
    sigemptyset(&none);
    pthread_sigmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace commhost::worker
