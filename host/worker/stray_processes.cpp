#include "worker/stray_processes.hpp"

#include "text/descriptor.hpp"
#include "text/file_content.hpp"

#include <fmt/format.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <sstream>
#include <system_error>
#include <vector>

namespace commhost::worker {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_environment = std::size_t{4} * 1024 * 1024;

/// A fork bomb is not outrun by us; what the limits of the child leave of it is ended in fewer rounds.
constexpr int most_rounds = 100;

std::optional<pid_t> process_number(const std::string& name) {
    pid_t number = 0;
    const auto [end, failed] = std::from_chars(name.data(), name.data() + name.size(), number);
    return failed == std::errc{} && end == name.data() + name.size() ? std::optional(number) : std::nullopt;
}

bool carries(pid_t process, std::string_view mark) {
    try {
        const auto environment = text::read_file(fmt::format("/proc/{}/environ", process), most_environment);
        return environment.find(mark) != std::string::npos;
    } catch (const std::system_error&) {  // it is gone, or somebody else's
        return false;
    }
}

/// Of a process with one thread, as far as the system tells.
std::vector<pid_t> children_of(pid_t process) {
    constexpr std::size_t most_listed = std::size_t{1024} * 1024;
    std::istringstream listed(text::read_file(fmt::format("/proc/{0}/task/{0}/children", process), most_listed));
    std::vector<pid_t> children;
    for (pid_t child = 0; listed >> child;) children.push_back(child);
    return children;
}

/// Returns whether one was ended.
bool end_one(pid_t process, std::string_view mark) {
    if (!carries(process, mark)) return false;
    const text::descriptor held(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
    // Looked at once more: the number may be another process's by now, and what is held is not exchanged any more.
    if (held.number() < 0 || !carries(process, mark)) return false;
    return ::syscall(SYS_pidfd_send_signal, held.number(), SIGKILL, nullptr, 0) == 0;
}

}  // namespace

std::string make_mark() {
    std::uint64_t random[2] = {};
    if (::getrandom(random, sizeof random, 0) != static_cast<ssize_t>(sizeof random))
        random[0] = static_cast<std::uint64_t>(::getpid());
    return fmt::format("COMMHOST_CHILD={:016x}{:016x}", random[0], random[1]);
}

void end_marked(std::string_view mark) {
    for (int round = 0; round < most_rounds; ++round) {
        bool ended = false;
        std::error_code failed;
        for (auto entry = fs::directory_iterator("/proc", failed); !failed && entry != fs::directory_iterator();
             entry.increment(failed)) {
            const auto process = process_number(entry->path().filename().string());
            if (process && end_one(*process, mark)) ended = true;
        }
        if (!ended) return;
    }
}

std::size_t count_descendants(std::size_t most) {
    std::size_t found = 0;
    for (std::vector<pid_t> open{::getpid()}; !open.empty() && found <= most;) {
        const auto process = open.back();
        open.pop_back();
        try {
            const auto children = children_of(process);
            found += children.size();
            open.insert(open.end(), children.begin(), children.end());
        } catch (const std::system_error&) {  // it has ended meanwhile
            continue;
        }
    }
    return found;
}

std::optional<bool> end_children() {
    for (bool any = false;; any = true) {
        // Those that have ended already are told by their end alone.
        siginfo_t ended{};
        int failed = 0;
        do {
            failed = ::waitid(P_ALL, 0, &ended, WEXITED | WNOHANG);
        } while (failed != 0 && errno == EINTR);
        if (failed != 0) return errno == ECHILD ? std::optional(any) : std::nullopt;
        if (ended.si_pid != 0) continue;
        try {
            const auto children = children_of(::getpid());
            // No number is another process's meanwhile: it stays taken until we have waited for it.
            for (const auto child : children) ::kill(child, SIGKILL);
            if (!children.empty()) ::waitid(P_ALL, 0, &ended, WEXITED | WNOWAIT);
        } catch (const std::system_error&) {
            return std::nullopt;
        }
    }
}

}  // namespace commhost::worker
