#include "worker/validator/reporter.hpp"

#include "text/descriptor.hpp"
#include "text/utf8.hpp"
#include "worker/limited_child.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace commhost::worker::validator {

namespace {

// The first character of a line says what it is.
constexpr char doing_mark = '>';
constexpr char verdict_mark = '=';
constexpr char breach_mark = '!';
constexpr char begun_mark = '+';
constexpr char deleted_mark = '-';

/// The keys that new_room_key makes, and nothing else that may stand in the pipe.
bool is_room_key(std::string_view key) {
    return key.starts_with("validate-") && key.size() < 100 &&
           key.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

}  // namespace

reporter::reporter() {
    constexpr int out_of_the_way = 40;
    pipe_ = ::fcntl(report_descriptor, F_DUPFD_CLOEXEC, out_of_the_way);
    if (pipe_ < 0) throw std::system_error(errno, std::generic_category());
    ::close(report_descriptor);
}

void reporter::doing(std::string_view what) {
    const std::lock_guard lock(mutex_);
    if (what == last_) return;
    last_ = what;
    write_line(doing_mark + last_);
}

void reporter::say(const verdict& found, std::string_view secret) {
    write(verdict_mark + std::string(secret) + to_json(found));
}

void reporter::hand_on(const breach& seen) { write(breach_mark + to_json(seen)); }
void reporter::begins_room(std::string_view key) { write(begun_mark + std::string(key)); }
void reporter::has_deleted_room(std::string_view key) { write(deleted_mark + std::string(key)); }

void reporter::write(std::string line) {
    const std::lock_guard lock(mutex_);
    write_line(std::move(line));
}

void reporter::write_line(std::string line) {
    line += '\n';
    if (const auto failed = text::write_all(pipe_, line)) throw std::system_error(failed);
}

told told_by(std::string_view report, std::string_view secret) {
    constexpr std::size_t longest_doing = 200;
    told found;
    while (!report.empty()) {
        const auto line = report.substr(0, report.find('\n'));
        report.remove_prefix(std::min(report.size(), line.size() + 1));
        if (line.starts_with(doing_mark)) found.doing = text::printable(line.substr(1), longest_doing);
        const auto rest = line.substr(std::min<std::size_t>(1, line.size()));
        if (line.starts_with(begun_mark) && is_room_key(rest)) found.begun_rooms.emplace_back(rest);
        if (line.starts_with(deleted_mark) && is_room_key(rest)) found.deleted_rooms.emplace(rest);
        try {
            if (line.starts_with(breach_mark)) found.handed_on.push_back(breach_of(rest));
            if (!line.starts_with(verdict_mark) || !rest.starts_with(secret)) continue;
            found.verdict = verdict_of(rest.substr(secret.size()));
            found.is_whole = true;
        } catch (const std::invalid_argument&) {  // the plugin wrote it, or was killed at it
        }
    }
    return found;
}

}  // namespace commhost::worker::validator
