#include "worker/folder_changes.hpp"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <system_error>

namespace commhost::worker {

namespace {

namespace fs = std::filesystem;
using clock = std::chrono::steady_clock;

constexpr std::uint32_t changes = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_CLOSE_WRITE | IN_ATTRIB |
                                  IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

/// What tells that the way to a folder that is not there begins to be made, or is moved away.
constexpr std::uint32_t arrivals = IN_CREATE | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_MASK_ADD;

/// A root, its plugins' folders, "lang" in them and the languages in that.
constexpr int deepest = 3;

/// Returns errno where the system refuses more; a folder that has gone, or cannot be read, is none.
int follow_below(int inotify, const fs::path& folder, int depth) {
    if (::inotify_add_watch(inotify, folder.c_str(), changes) < 0)
        return errno == ENOSPC || errno == ENOMEM ? errno : 0;
    if (depth == deepest) return 0;
    std::error_code failed;
    for (auto entry = fs::directory_iterator(folder, failed); !failed && entry != fs::directory_iterator();
         entry.increment(failed)) {
        std::error_code gone;
        const bool link = entry->is_symlink(gone);
        // Of the roots' own entries links are followed: a plugin may be one.
        if (!entry->is_directory(gone) || (link && depth > 0)) continue;
        if (const int refused = follow_below(inotify, entry->path(), depth + 1); refused != 0) return refused;
    }
    return 0;
}

/// The nearest folder above that is there.
fs::path parent_that_is_there(const fs::path& of) {
    std::error_code failed;
    auto at = of.parent_path();
    while (at != at.parent_path() && !fs::exists(at, failed)) at = at.parent_path();
    return at;
}

/// Returns what follow_below returns.
int follow_root(int inotify, const fs::path& given) {
    std::error_code failed;
    const auto root = fs::absolute(given, failed);
    while (!fs::exists(root, failed)) {
        const auto above = parent_that_is_there(root);
        if (::inotify_add_watch(inotify, above.c_str(), arrivals) < 0 && (errno == ENOSPC || errno == ENOMEM))
            return errno;
        // What was made before that began is told by nobody: then the way is a step shorter by now.
        if (!fs::exists(root, failed) && parent_that_is_there(root) == above) return 0;
    }
    return follow_below(inotify, root, 0);
}

}  // namespace

std::optional<std::string> folder_changes::follow(std::span<const fs::path> roots) {
    inotify_ = text::descriptor(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    int refused = inotify_ ? 0 : errno;
    for (const auto& root : roots)
        if (refused == 0) refused = follow_root(inotify_.number(), root);
    if (refused == 0) return std::nullopt;
    inotify_.close();
    return std::strerror(refused);
}

void folder_changes::settle(std::chrono::milliseconds quiet, std::chrono::milliseconds at_most, int stop) {
    const auto deadline = clock::now() + at_most;
    while (true) {
        std::array<char, 4096> events{};
        while (::read(inotify_.number(), events.data(), events.size()) > 0) {
        }
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock::now());
        const auto pause = std::min(quiet, left);
        if (pause.count() <= 0) return;
        std::array<struct pollfd, 2> polls{{{inotify_.number(), POLLIN, 0}, {stop, POLLIN, 0}}};
        const int found = ::poll(polls.data(), polls.size(), static_cast<int>(pause.count()));
        if (found == 0 || polls[1].revents != 0) return;
    }
}

}  // namespace commhost::worker
