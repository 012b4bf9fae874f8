#include "stored_time.hpp"

#include <charconv>
#include <cstdint>
#include <system_error>

namespace communication_matrix {

namespace {

std::int64_t seconds_now() {
    using namespace std::chrono;
    return duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace

std::string time_to_store() { return std::to_string(seconds_now()); }

bool is_within(std::string_view kept, std::chrono::seconds time) {
    std::int64_t then = 0;
    if (std::from_chars(kept.data(), kept.data() + kept.size(), then).ec != std::errc()) return false;
    const auto now = seconds_now();
    return then <= now && now - then < time.count();
}

}  // namespace communication_matrix
