#include "plugin/trust.hpp"

#include "message/error.hpp"
#include "plugin/codes.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

namespace commhost::plugin {

namespace {

namespace fs = std::filesystem;

constexpr int most_files = 1000;

/// "alice (1000)", or the number alone for a user that has no name.
std::string user_name(uid_t user) {
    std::array<char, 4096> memory{};
    struct passwd entry {};
    struct passwd* found = nullptr;
    if (::getpwuid_r(user, &entry, memory.data(), memory.size(), &found) != 0 || found == nullptr)
        return std::to_string(user);
    return fmt::format("{} ({})", entry.pw_name, user);
}

std::string wanted_owner(uid_t user) {
    return user == 0 ? user_name(0) : fmt::format("{} or {}", user_name(0), user_name(user));
}

[[noreturn]] void refuse_reading(const fs::path& path, const std::string& reason) {
    throw message::error(PLUGIN_FOLDER_READ, {{"file", path.string()}, {"reason", reason}});
}

struct stat status_of(const fs::path& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) refuse_reading(path, std::strerror(errno));
    return status;
}

void check_owner_and_mode(const fs::path& path, const struct stat& status, uid_t user) {
    if (status.st_uid != 0 && status.st_uid != user)
        throw message::error(
            PLUGIN_OWNER,
            {{"file", path.string()}, {"owner", user_name(status.st_uid)}, {"wanted", wanted_owner(user)}});
    if (!S_ISLNK(status.st_mode) && (status.st_mode & 022U) != 0)
        throw message::error(PLUGIN_WRITABLE,
                             {{"file", path.string()}, {"mode", fmt::format("{:04o}", status.st_mode & 07777U)}});
}

bool is_below(const fs::path& path, const fs::path& folder) {
    const auto relative = path.lexically_relative(folder);
    return !relative.empty() && *relative.begin() != ".." && *relative.begin() != ".";
}

fs::path resolved(const fs::path& path) {
    std::error_code failed;
    auto real = fs::canonical(path, failed);
    if (failed) refuse_reading(path, failed.message());
    return real;
}

void check_entry(const fs::path& path, const fs::path& folder, uid_t user) {
    const auto status = status_of(path);
    check_owner_and_mode(path, status, user);
    if (S_ISLNK(status.st_mode)) {
        const auto target = resolved(path);
        // What it leads to is an entry of the folder as well, and is checked as such.
        if (!is_below(target, folder))
            throw message::error(PLUGIN_OUTSIDE_ROOT,
                                 {{"path", path.string()}, {"resolved", target.string()}, {"root", folder.string()}});
    } else if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) {
        throw message::error(PLUGIN_FILE_KIND, {{"file", path.string()}});
    }
}

}  // namespace

void trusted_root(const fs::path& root, uid_t user) {
    const auto real = resolved(root);
    const auto status = status_of(real);
    if (!S_ISDIR(status.st_mode)) refuse_reading(real, std::strerror(ENOTDIR));
    check_owner_and_mode(real, status, user);
    // Whoever can rename a folder above can put another root in this one's place. A sticky folder, as /tmp, prevents that.
    for (auto above = real; above.has_relative_path();) {
        above = above.parent_path();
        const auto mode = status_of(above).st_mode;
        if ((mode & 0002U) != 0 && (mode & 01000U) == 0)
            throw message::error(PLUGIN_WRITABLE,
                                 {{"file", above.string()}, {"mode", fmt::format("{:04o}", mode & 07777U)}});
    }
}

fs::path trusted_folder(const fs::path& folder, const fs::path& root, uid_t user) {
    const auto real_root = resolved(root);
    auto real = resolved(folder);
    if (real.parent_path() != real_root)
        throw message::error(PLUGIN_OUTSIDE_ROOT,
                             {{"path", folder.string()}, {"resolved", real.string()}, {"root", real_root.string()}});
    check_owner_and_mode(real, status_of(real), user);
    int count = 0;
    std::error_code failed;
    // The iterator does not follow links, so it stays inside and ends.
    for (auto entry = fs::recursive_directory_iterator(real, failed);
         !failed && entry != fs::recursive_directory_iterator(); entry.increment(failed)) {
        if (++count > most_files)
            throw message::error(PLUGIN_FOLDER_SIZE, {{"folder", real.string()}, {"most", std::to_string(most_files)}});
        check_entry(entry->path(), real, user);
    }
    if (failed) refuse_reading(real, failed.message());
    return real;
}

}  // namespace commhost::plugin
