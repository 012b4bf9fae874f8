#pragma once

#include "store/clock.hpp"

#include <string>
#include <string_view>

namespace commhost::cli {

/// A point in time as an admin writes it: a date (roster::parse_date), or how long ago, as durations are written in the
/// configuration ("7d"). flag: for the message. Throws message::error (CLI_TIME).
store::milliseconds_utc time_of(const std::string& text, std::string_view flag, store::milliseconds_utc now);

}  // namespace commhost::cli
