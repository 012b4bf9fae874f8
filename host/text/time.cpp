#include "text/time.hpp"

#include <fmt/chrono.h>

#include <ctime>

namespace commhost::text {

std::string utc(std::int64_t milliseconds) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", fmt::gmtime(static_cast<std::time_t>(milliseconds / 1000)));
}

}  // namespace commhost::text
