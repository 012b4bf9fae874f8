#include "plugin/package.hpp"

#include "plugin/archive.hpp"
#include "plugin/codes.hpp"
#include "plugin/folder_files.hpp"
#include "plugin/manifest.hpp"
#include "plugin/name.hpp"
#include "text/file_content.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <system_error>

namespace commhost::plugin {

namespace {

namespace fs = std::filesystem;

/// Not the name of any plugin.
constexpr const char* unpacked_name = ".unpacked";
constexpr const char* manifest_file = "version.json";

/// The very file that was looked at, and all of it: whoever else can write to the folder could have put a link to any file of
/// this machine in its place, or let it grow without end.
void copy_file(const folder_files& from, const folder_file& looked_at, package_writer& into) {
    const auto path = from.folder / looked_at.name;
    const auto refuse_change = [&] { throw message::error(PLUGIN_CHANGED, {{"file", path.string()}}); };
    try {
        const auto opened = text::open_plain_file(path);
        struct stat status {};
        if (::fstat(opened.number(), &status) != 0) throw std::system_error(errno, std::generic_category());
        if (status.st_ino != looked_at.number || status.st_dev != looked_at.device) refuse_change();
        into.begin_file(looked_at.name);
        std::array<char, 65536> piece{};
        std::uint64_t size = 0;
        while (true) {
            const auto count = ::read(opened.number(), piece.data(), piece.size());
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) throw std::system_error(errno, std::generic_category());
            if (count == 0) break;
            size += static_cast<std::uint64_t>(count);
            if (size > looked_at.size) refuse_change();
            into.write(std::string_view(piece.data(), static_cast<std::size_t>(count)));
        }
        if (size != looked_at.size) refuse_change();
    } catch (const std::system_error& failed) {
        throw message::error(PLUGIN_FOLDER_READ, {{"file", path.string()}, {"reason", failed.code().message()}});
    }
}

void copy_folder(package_writer& into) {
    const auto found = list_files(into.source());
    for (const auto& each : found.files) copy_file(found, each, into);
}

bool has_manifest(const fs::path& folder) {
    std::error_code failed;
    return fs::is_regular_file(folder / manifest_file, failed);
}

/// The folder with the plugin's files: this one or the only thing that is in it.
fs::path plugin_folder(const fs::path& unpacked, const fs::path& source) {
    if (has_manifest(unpacked)) return unpacked;
    const auto entries = text::entries_of(unpacked);
    if (entries.size() == 1 && has_manifest(entries.front())) return entries.front();
    throw message::error(PLUGIN_PACKAGE_LAYOUT, {{"source", source.string()}});
}

std::string name_of(const fs::path& folder, const std::string& own_name) {
    if (is_name(own_name)) return own_name;
    const auto component = read_manifest(folder / manifest_file).component;
    return name_of_component(component).value();  // which read_manifest made sure of
}

}  // namespace

fs::path unpack(const fs::path& source, const fs::path& into) {
    std::error_code failed;
    const auto real = fs::canonical(source, failed);
    if (failed)
        throw message::error(PLUGIN_PACKAGE_READ,
                             {{"source", source.empty() ? "''" : source.string()}, {"reason", failed.message()}});
    const auto unpacked = into / unpacked_name;
    package_writer writer(unpacked, real);
    const bool is_folder = fs::is_directory(real, failed);
    if (is_folder)
        copy_folder(writer);
    else
        unpack_archive(writer);
    const auto plugin = plugin_folder(unpacked, real);
    // What the files of a folder were copied to has no name of its own.
    const auto own_name = is_folder && plugin == unpacked ? real.filename() : plugin.filename();
    const auto named = into / name_of(plugin, own_name.string());
    fs::rename(plugin, named, failed);
    if (failed) throw message::error(PLUGIN_INSTALL_WRITE, {{"path", named.string()}, {"reason", failed.message()}});
    return named;
}

}  // namespace commhost::plugin
