#include "plugin/path_trust.hpp"

#include "message/error.hpp"
#include "plugin/codes.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>

namespace commhost::plugin {

namespace {

namespace fs = std::filesystem;

constexpr mode_t others_write = S_IWGRP | S_IWOTH;

/// "alice (1000)", or the number alone for a user that has no name.
std::string user_name(uid_t user) {
    std::array<char, 4096> memory{};
    struct passwd entry {};
    struct passwd* found = nullptr;
    if (::getpwuid_r(user, &entry, memory.data(), memory.size(), &found) != 0 || found == nullptr)
        return std::to_string(user);
    return fmt::format("{} ({})", entry.pw_name, user);
}

std::string wanted_owner(std::span<const uid_t> owners) {
    auto names = user_name(0);
    for (const auto owner : owners)
        if (owner != 0) names += " " + message::phrase("reason_or") + " " + user_name(owner);
    return names;
}

std::string octal(mode_t mode) { return fmt::format("{:04o}", mode & 07777U); }

bool is_owner(uid_t user, std::span<const uid_t> owners) {
    return user == 0 || std::find(owners.begin(), owners.end(), user) != owners.end();
}

/// On a folder, set-gid only hands the group down.
bool has_set_id(const struct stat& status) {
    return S_ISREG(status.st_mode) && (status.st_mode & (S_ISUID | S_ISGID)) != 0;
}

void check_owner(const fs::path& path, const struct stat& status, std::span<const uid_t> owners) {
    if (is_owner(status.st_uid, owners)) return;
    throw message::error(PLUGIN_OWNER, {{"file", path.string()},
                                        {"owner", user_name(status.st_uid)},
                                        {"mode", octal(status.st_mode)},
                                        {"wanted", wanted_owner(owners)}});
}

[[noreturn]] void refuse_mode(const fs::path& path, const struct stat& status) {
    throw message::error(PLUGIN_WRITABLE, {{"file", path.string()},
                                           {"mode", octal(status.st_mode)},
                                           {"wanted", octal(status.st_mode & ~others_write)},
                                           {"owner", user_name(status.st_uid)}});
}

}  // namespace

bool is_trusted(const struct stat& status, std::span<const uid_t> owners) {
    // A link's own mode means nothing.
    return is_owner(status.st_uid, owners) &&
           (S_ISLNK(status.st_mode) || ((status.st_mode & others_write) == 0 && !has_set_id(status)));
}

void trusted_entry(const fs::path& path, const struct stat& status, std::span<const uid_t> owners) {
    if (is_trusted(status, owners)) return;
    check_owner(path, status, owners);
    if ((status.st_mode & others_write) != 0) refuse_mode(path, status);
    throw message::error(PLUGIN_SET_ID, {{"file", path.string()}, {"mode", octal(status.st_mode)}});
}

void trusted_root(const fs::path& root, std::span<const uid_t> owners) {
    const auto real = resolved_path(root);
    const auto status = status_of(real);
    if (!S_ISDIR(status.st_mode))
        throw message::error(PLUGIN_FOLDER_READ, {{"file", real.string()}, {"reason", std::strerror(ENOTDIR)}});
    trusted_entry(real, status, owners);
    for (auto above = real; above.has_relative_path();) {
        above = above.parent_path();
        const auto above_status = status_of(above);
        check_owner(above, above_status, owners);
        if ((above_status.st_mode & others_write) != 0 && (above_status.st_mode & S_ISVTX) == 0)
            refuse_mode(above, above_status);
    }
}

folder_files trusted_folder(const fs::path& folder, const fs::path& root, std::span<const uid_t> owners) {
    const auto real_root = resolved_path(root);
    const auto real = resolved_path(folder);
    if (real.parent_path() != real_root)
        throw message::error(PLUGIN_OUTSIDE_ROOT,
                             {{"path", folder.string()}, {"resolved", real.string()}, {"root", real_root.string()}});
    return list_files(real,
                      [&](const fs::path& path, const struct stat& status) { trusted_entry(path, status, owners); });
}

}  // namespace commhost::plugin
