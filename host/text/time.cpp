#include "text/time.hpp"

#include <fmt/chrono.h>

#include <chrono>
#include <ctime>

namespace commhost::text {

std::string utc(std::int64_t milliseconds) {
    // Down and not toward zero, which before 1970 would be a second later.
    const auto whole = std::chrono::floor<std::chrono::seconds>(std::chrono::milliseconds(milliseconds));
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", fmt::gmtime(static_cast<std::time_t>(whole.count())));
}

}  // namespace commhost::text
