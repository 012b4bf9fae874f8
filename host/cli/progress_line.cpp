#include "cli/progress_line.hpp"

#include "message/catalogue.hpp"
#include "message/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>

namespace commhost::cli {

std::string age_text(std::chrono::milliseconds age) {
    using namespace std::chrono;
    if (age < minutes(1)) return fmt::format("{} s", std::max<std::int64_t>(0, age / seconds(1)));
    if (age < hours(1)) return fmt::format("{} min", age / minutes(1));
    if (age < hours(24)) return fmt::format("{} h", age / hours(1));
    return fmt::format("{} d", age / hours(24));
}

std::string progress_text(const task::progress& of) {
    return message::phrase(of.time_left ? "progress_time_left" : "progress_time_unknown",
                           {{"provider", of.queue},
                            {"left", std::to_string(of.left)},
                            {"done", std::to_string(of.done)},
                            {"time", of.time_left ? age_text(*of.time_left) : ""}});
}

void show_progress(worker::host& of) {
    std::string line;
    try {
        for (const auto& each : task::progress_of(*of.database().borrow(), of.clock().now()))
            line += (line.empty() ? "" : "; ") + progress_text(each);
    } catch (const message::error&) {
        // The supervisor tells it, with the first thing that it asks the database for.
        return;
    }
    // The cursor goes back, so that a line of the log takes this one's place (ECMA-48: EL erases to the line's end).
    fmt::print(stderr, "{}\x1b[K\r", line);
    std::fflush(stderr);
}

void clear_progress() {
    fmt::print(stderr, "\x1b[K");
    std::fflush(stderr);
}

}  // namespace commhost::cli
