#include "cli/progress_line.hpp"

#include "cli/output.hpp"
#include "message/catalogue.hpp"
#include "message/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <map>
#include <utility>

namespace commhost::cli {

std::string age_text(std::chrono::milliseconds age) {
    using namespace std::chrono;
    if (age < minutes(1)) return fmt::format("{} s", std::max<std::int64_t>(0, age / seconds(1)));
    if (age < hours(1)) return fmt::format("{} min", age / minutes(1));
    if (age < hours(24)) return fmt::format("{} h", age / hours(1));
    return fmt::format("{} d", age / hours(24));
}

std::vector<provider_progress> progress_of(worker::host& of, const worker::standstills& still) {
    std::map<std::string, provider_progress> result;
    for (const auto& [provider, why] : still) {
        auto& made = result[provider];
        made.progress.queue = provider;
        made.paused = why;
    }
    for (auto& each : task::progress_of(*of.database().borrow(), of.clock().now())) {
        auto& made = result[each.queue];
        made.progress = std::move(each);
        if (made.paused) made.progress.time_left.reset();
    }
    std::vector<provider_progress> list;
    for (auto& [provider, each] : result) list.push_back(std::move(each));
    return list;
}

std::string progress_text(const provider_progress& of) {
    message::arguments values{{"provider", of.progress.queue},
                              {"left", std::to_string(of.progress.left)},
                              {"done", std::to_string(of.progress.done)}};
    if (!of.paused) {
        const auto& time = of.progress.time_left;
        values.emplace_back("time", time ? age_text(*time) : "");
        return message::phrase(time ? "progress_time_left" : "progress_time_unknown", values);
    }
    const auto& why = *of.paused;
    values.emplace_back("since", why.since ? time_text(why.since) : "none");
    values.emplace_back("next", why.until ? time_text(why.until) : why.tried_now ? "now" : "none");
    values.emplace_back("reason", why.reason);
    values.emplace_back("error", why.last_error.value_or("none"));
    return message::phrase("progress_stands_still", values);
}

void show_progress(worker::host& of, const worker::standstills& still) {
    std::string line;
    try {
        for (const auto& each : progress_of(of, still)) line += (line.empty() ? "" : "; ") + progress_text(each);
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
