#include "plugin/package_writer.hpp"

#include "plugin/codes.hpp"
#include "plugin/folder_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace commhost::plugin {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse_writing(const fs::path& path, int reason) {
    throw message::error(PLUGIN_INSTALL_WRITE, {{"path", path.string()}, {"reason", std::strerror(reason)}});
}

[[noreturn]] void refuse_size(const fs::path& source, std::string most) {
    throw message::error(PLUGIN_PACKAGE_SIZE, {{"source", source.string()}, {"most", std::move(most)}});
}

}  // namespace

void refuse_entry(const fs::path& source, std::string_view entry, std::string reason) {
    throw message::error(PLUGIN_PACKAGE_ENTRY,
                         {{"source", source.string()}, {"entry", std::string(entry)}, {"reason", std::move(reason)}});
}

package_writer::package_writer(fs::path into, fs::path source) : into_(std::move(into)), source_(std::move(source)) {
    if (::mkdir(into_.c_str(), 0755) != 0 || ::chmod(into_.c_str(), 0755) != 0) refuse_writing(into_, errno);
}

void package_writer::count_entry() {
    if (++entries_ > most_folder_entries)
        refuse_size(source_, message::phrase("size_entries", {{"number", std::to_string(most_folder_entries)}}));
}

void package_writer::add_folder(const fs::path& name) {
    auto folder = into_;
    for (const auto& part : name) {
        folder /= part;
        struct stat there {};
        if (::lstat(folder.c_str(), &there) == 0) {
            if (S_ISDIR(there.st_mode)) continue;
            refuse_entry(source_, name.string(), message::phrase("reason_entry_twice"));
        }
        count_entry();
        if (::mkdir(folder.c_str(), 0755) != 0 || ::chmod(folder.c_str(), 0755) != 0) refuse_writing(folder, errno);
    }
}

void package_writer::begin_file(const fs::path& name) {
    add_folder(name.parent_path());
    count_entry();
    file_ = into_ / name;
    opened_ = text::descriptor(::open(file_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
    if (!opened_ && errno == EEXIST) refuse_entry(source_, name.string(), message::phrase("reason_entry_twice"));
    if (!opened_ || ::fchmod(opened_.number(), 0644) != 0) refuse_writing(file_, errno);
}

void package_writer::write(std::string_view piece) {
    bytes_ += piece.size();
    if (bytes_ > most_folder_mebibytes * 1024 * 1024)
        refuse_size(source_, message::phrase("size_mebibytes", {{"number", std::to_string(most_folder_mebibytes)}}));
    if (const auto failed = text::write_all(opened_.number(), piece)) refuse_writing(file_, failed.value());
}

}  // namespace commhost::plugin
