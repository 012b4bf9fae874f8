#include "plugin/folder_files.hpp"

#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "text/sha256.hpp"
#include "text/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <system_error>
#include <utility>

namespace commhost::plugin {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse_reading(const fs::path& path, const std::string& reason) {
    throw message::error(PLUGIN_FOLDER_READ, {{"file", path.string()}, {"reason", reason}});
}

[[noreturn]] void refuse_size(const fs::path& folder, std::string most) {
    throw message::error(PLUGIN_FOLDER_SIZE, {{"folder", folder.string()}, {"most", std::move(most)}});
}

[[noreturn]] void refuse_kind(const fs::path& path, std::string_view kind) {
    throw message::error(PLUGIN_FILE_KIND, {{"file", path.string()}, {"kind", message::word_of("file_kind", kind)}});
}

/// Names are stored as text, shown on a terminal and stand in SHA256SUMS, one on a line.
void check_name(const fs::path& path, const fs::path& folder) {
    const auto name = path.lexically_relative(folder).generic_string();
    for (std::string_view left = name; !left.empty();) {
        const auto [value, bytes] = text::first_code_point(left);
        if (value == text::code_point::none || text::is_unprintable(value))
            throw message::error(PLUGIN_FILE_NAME, {{"folder", folder.string()}, {"name", name}});
        left.remove_prefix(bytes);
    }
}

bool is_below(const fs::path& path, const fs::path& folder) {
    const auto relative = path.lexically_relative(folder);
    return !relative.empty() && *relative.begin() != ".." && *relative.begin() != ".";
}

const char* kind_of(mode_t mode) {
    if (S_ISFIFO(mode)) return "pipe";
    if (S_ISSOCK(mode)) return "socket";
    if (S_ISBLK(mode) || S_ISCHR(mode)) return "device";
    return "neither";
}

std::int64_t nanoseconds(const struct timespec& time) {
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

/// What a link leads to: a plain file of the same folder, which is an entry of it as well and is checked as such.
struct stat target_of(const fs::path& link, const fs::path& folder) {
    const auto target = resolved_path(link);
    if (!is_below(target, folder))
        throw message::error(PLUGIN_OUTSIDE_ROOT,
                             {{"path", link.string()}, {"resolved", target.string()}, {"root", folder.string()}});
    const auto status = status_of(target);
    if (!S_ISREG(status.st_mode)) refuse_kind(link, "link");
    return status;
}

std::string name_below(const fs::path& path, const fs::path& folder) {
    return path.lexically_relative(folder).generic_string();
}

}  // namespace

folder_file described(std::string name, const struct stat& status) {
    return {std::move(name),
            status.st_dev,
            status.st_ino,
            static_cast<std::uint64_t>(status.st_size),
            nanoseconds(status.st_mtim),
            nanoseconds(status.st_ctim)};
}

struct stat status_of(const fs::path& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) refuse_reading(path, std::strerror(errno));
    return status;
}

fs::path resolved_path(const fs::path& path) {
    std::error_code failed;
    auto real = fs::canonical(path, failed);
    if (failed) refuse_reading(path, failed.message());
    return real;
}

folder_files list_files(const fs::path& folder, const std::function<void(const fs::path&, const struct stat&)>& check) {
    folder_files found;
    found.folder = resolved_path(folder);
    const auto& real = found.folder;
    const auto itself = status_of(real);
    if (check) check(real, itself);
    found.folders.push_back(described("", itself));
    int entries = 0;
    std::uint64_t bytes = 0;
    std::error_code failed;
    // The iterator does not follow links, so it stays inside and ends.
    for (auto entry = fs::recursive_directory_iterator(real, failed);
         !failed && entry != fs::recursive_directory_iterator(); entry.increment(failed)) {
        if (++entries > most_folder_entries)
            refuse_size(real, message::phrase("size_entries", {{"number", std::to_string(most_folder_entries)}}));
        check_name(entry->path(), real);
        auto status = status_of(entry->path());
        if (check) check(entry->path(), status);
        if (S_ISDIR(status.st_mode)) {
            found.folders.push_back(described(name_below(entry->path(), real), status));
            continue;
        }
        if (S_ISLNK(status.st_mode)) {
            found.has_links = true;
            status = target_of(entry->path(), real);
        } else if (!S_ISREG(status.st_mode)) {
            refuse_kind(entry->path(), kind_of(status.st_mode));
        }
        found.files.push_back(described(name_below(entry->path(), real), status));
        bytes += found.files.back().size;
        if (bytes > most_folder_mebibytes * 1024 * 1024)
            refuse_size(real, message::phrase("size_mebibytes", {{"number", std::to_string(most_folder_mebibytes)}}));
    }
    if (failed) refuse_reading(real, failed.message());
    std::sort(found.files.begin(), found.files.end(),
              [](const auto& one, const auto& other) { return one.name < other.name; });
    return found;
}

std::string folder_files::signature() const {
    std::string listing = folder.string();
    for (const auto& each : files)
        fmt::format_to(std::back_inserter(listing), "\n{} {} {} {} {} {}", each.device, each.number, each.size,
                       each.modified, each.changed, each.name);
    return text::sha256(listing);
}

std::int64_t folder_files::newest() const {
    std::int64_t latest = 0;
    for (const auto* all : {&files, &folders})
        for (const auto& each : *all) latest = std::max({latest, each.modified, each.changed});
    return latest;
}

}  // namespace commhost::plugin
