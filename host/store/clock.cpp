#include "store/clock.hpp"

#include <time.h>

namespace commhost::store {

namespace {

std::int64_t read(clockid_t which) {
    timespec time{};
    ::clock_gettime(which, &time);
    return static_cast<std::int64_t>(time.tv_sec) * 1000 + time.tv_nsec / 1'000'000;
}

}  // namespace

milliseconds_utc system_clock::now() const { return read(CLOCK_REALTIME); }

std::chrono::milliseconds system_clock::since_boot() const { return std::chrono::milliseconds(read(CLOCK_BOOTTIME)); }

}  // namespace commhost::store
