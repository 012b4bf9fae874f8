#include "task/window.hpp"

#include <time.h>

#include <charconv>
#include <cstddef>
#include <cstdint>

namespace commhost::task {

namespace {

/// "05:30"
std::optional<int> minutes_of(std::string_view text) {
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    std::array<int, 2> parts{};
    for (std::size_t part = 0; part < parts.size(); ++part) {
        const char* const first = text.data() + 3 * part;
        const auto [behind, failed] = std::from_chars(first, first + 2, parts[part]);
        if (failed != std::errc{} || behind != first + 2 || parts[part] < 0) return std::nullopt;
    }
    const int minutes = parts[0] * 60 + parts[1];
    if (parts[1] > 59 || minutes > window::day_end) return std::nullopt;
    return minutes;
}

tm local_time(store::milliseconds_utc time) {
    const std::time_t seconds = time / 1000;
    tm local{};
    ::localtime_r(&seconds, &local);
    return local;
}

int minute_of(const tm& local) { return local.tm_hour * 60 + local.tm_min; }

}  // namespace

bool window::contains(store::milliseconds_utc time) const {
    const tm local = local_time(time);
    const int minute = minute_of(local);
    const auto today = static_cast<std::size_t>(local.tm_wday);
    if (from < until) return days[today] && from <= minute && minute < until;
    return (days[today] && from <= minute) || (days[(today + 6) % 7] && minute < until);
}

std::optional<store::milliseconds_utc> window::opened(store::milliseconds_utc time) const {
    if (!contains(time)) return std::nullopt;
    tm local = local_time(time);
    int days_back = from < until || (days[static_cast<std::size_t>(local.tm_wday)] && from <= minute_of(local)) ? 0 : 1;
    if (from == 0 && until == day_end) {
        const auto open_before = [&] {
            return days[static_cast<std::size_t>((local.tm_wday + 6 - days_back % 7) % 7)];
        };
        while (days_back < 7 && open_before()) ++days_back;
        if (days_back == 7) return std::nullopt;
    }
    local.tm_mday -= days_back;
    local.tm_hour = from / 60;
    local.tm_min = from % 60;
    local.tm_sec = 0;
    local.tm_isdst = -1;  // that of then
    return std::int64_t{1000} * ::mktime(&local);
}

std::chrono::milliseconds window::length() const {
    return std::chrono::minutes(from < until ? until - from : day_end - from + until);
}

std::optional<std::pair<int, int>> hours_of(std::string_view text) {
    if (text.size() != 11 || text[5] != '-') return std::nullopt;
    const auto from = minutes_of(text.substr(0, 5));
    const auto until = minutes_of(text.substr(6));
    if (!from || !until || *from == *until || *from == window::day_end) return std::nullopt;
    return std::pair(*from, *until);
}

}  // namespace commhost::task
