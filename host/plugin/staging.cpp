#include "plugin/staging.hpp"

#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "plugin/path_trust.hpp"
#include "text/file_content.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

namespace commhost::plugin {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view folder_name = ".commhost-install";

[[noreturn]] void refuse_writing(const fs::path& path, int reason) {
    throw message::error(PLUGIN_INSTALL_WRITE, {{"path", path.string()}, {"reason", std::strerror(reason)}});
}

/// With the folders above it; whatever the umask, others can look for plugins in it and put none there.
void make_root(const fs::path& root) {
    struct stat status {};
    if (::stat(root.c_str(), &status) == 0 || root.empty()) return;
    make_root(root.parent_path());
    if (::mkdir(root.c_str(), 0755) == 0) {
        if (::chmod(root.c_str(), 0755) != 0) refuse_writing(root, errno);
    } else if (errno != EEXIST) {
        refuse_writing(root, errno);
    }
}

fs::path ready_root(const fs::path& root, std::span<const uid_t> owners) {
    make_root(fs::absolute(root).lexically_normal());
    trusted_root(root, owners);
    return resolved_path(root);
}

text::descriptor open_folder(const fs::path& folder) {
    return text::descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

/// Makes the folder and waits until nobody else has it. Whoever had it takes it away in the end, so that what was waited for may
/// not be what is there by then.
text::descriptor lock_folder(const fs::path& path) {
    while (true) {
        if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) refuse_writing(path, errno);
        auto folder = open_folder(path);
        if (!folder && errno == ENOENT) continue;
        if (!folder) refuse_writing(path, errno);
        while (::flock(folder.number(), LOCK_EX) != 0)
            if (errno != EINTR) refuse_writing(path, errno);
        struct stat held {};
        struct stat there {};
        if (::fstat(folder.number(), &held) != 0) refuse_writing(path, errno);
        if (::lstat(path.c_str(), &there) == 0 && held.st_ino == there.st_ino && held.st_dev == there.st_dev)
            return folder;
    }
}

/// Has the system write down what a file holds, or which entries a folder has.
void synchronise(const fs::path& path) {
    const text::descriptor opened(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!opened || ::fsync(opened.number()) != 0) refuse_writing(path, errno);
}

void synchronise_all(const fs::path& folder) {
    std::error_code failed;
    for (auto each = fs::recursive_directory_iterator(folder, failed);
         !failed && each != fs::recursive_directory_iterator(); each.increment(failed))
        synchronise(each->path());
    if (failed) refuse_writing(folder, failed.value());
    synchronise(folder);
}

bool is_there(const fs::path& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0;
}

}  // namespace

staging::staging(const fs::path& root, std::span<const uid_t> owners)
    : root_(ready_root(root, owners)), path_(root_ / folder_name), fresh_(path_ / "new"), locked_(lock_folder(path_)) {
    for (const auto& left : text::entries_of(path_)) {
        std::error_code failed;
        fs::remove_all(left, failed);
        if (failed) refuse_writing(left, failed.value());
    }
    if (::mkdir(fresh_.c_str(), 0700) != 0) refuse_writing(fresh_, errno);
}

staging::~staging() {
    std::error_code ignored;  // what is left is told by left_in, and goes with the next one
    fs::remove_all(path_, ignored);
}

void staging::move(const fs::path& from, const fs::path& to, unsigned how) {
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), how) != 0) refuse_writing(to, errno);
    try {
        synchronise(from.parent_path());
        synchronise(to.parent_path());
    } catch (...) {  // whoever is told that it failed finds it as it was
        ::renameat2(AT_FDCWD, to.c_str(), AT_FDCWD, from.c_str(), how);
        throw;
    }
}

void staging::put_in_place(std::string_view name) {
    name_ = name;
    synchronise_all(fresh_ / name_);
    synchronise(fresh_);
    exchanged_ = is_there(root_ / name_);
    move(fresh_ / name_, root_ / name_, exchanged_ ? RENAME_EXCHANGE : RENAME_NOREPLACE);
}

void staging::take_back() { move(root_ / name_, fresh_ / name_, exchanged_ ? RENAME_EXCHANGE : RENAME_NOREPLACE); }

void staging::take_out(std::string_view name) {
    name_ = name;
    move(root_ / name_, fresh_ / name_, RENAME_NOREPLACE);
}

void staging::put_back() { move(fresh_ / name_, root_ / name_, RENAME_NOREPLACE); }

std::optional<problem> left_in(const fs::path& root) {
    const auto path = root / folder_name;
    const auto folder = open_folder(path);
    if (!folder || ::flock(folder.number(), LOCK_SH | LOCK_NB) != 0) return std::nullopt;
    return problem(PLUGIN_INSTALL_LEFT, {{"folder", path.string()}});
}

}  // namespace commhost::plugin
