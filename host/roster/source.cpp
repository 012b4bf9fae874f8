#include "roster/source.hpp"

#include "message/error.hpp"
#include "roster/codes.hpp"
#include "roster/document.hpp"
#include "roster/oneroster.hpp"
#include "roster/package.hpp"
#include "roster/plan_json.hpp"
#include "text/file_content.hpp"
#include "text/sha256.hpp"
#include "text/utf8.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

namespace commhost::roster {

source_format format_of(const std::filesystem::path& path) {
    std::error_code failed;
    const auto status = std::filesystem::status(path, failed);
    if (!std::filesystem::exists(status))
        throw message::error(ROSTER_READ, {{"file", path.string()}, {"reason", std::strerror(ENOENT)}});
    if (std::filesystem::is_directory(status)) return source_format::oneroster_folder;
    if (!std::filesystem::is_regular_file(status)) throw message::error(ROSTER_SOURCE, {{"path", path.string()}});

    std::ifstream file(path, std::ios::binary);
    if (!file) throw message::error(ROSTER_READ, {{"file", path.string()}, {"reason", std::strerror(errno)}});
    std::string beginning(64, '\0');
    file.read(beginning.data(), static_cast<std::streamsize>(beginning.size()));
    beginning.resize(static_cast<std::size_t>(file.gcount()));
    // Signatures of a local file header and of an empty archive (PKWARE APPNOTE.TXT, 4.3.7 and 4.3.16).
    if (beginning.starts_with("PK\x03\x04") || beginning.starts_with("PK\x05\x06")) return source_format::oneroster_zip;
    const auto text = text::without_byte_order_mark(beginning);
    const auto first = text.find_first_not_of(" \t\r\n");
    if (begins_as_plan(text)) return source_format::plan;
    if (first != std::string_view::npos && text[first] == '{') return source_format::json_document;
    throw message::error(ROSTER_SOURCE, {{"path", path.string()}});
}

roster read_source(const std::filesystem::path& path, const reading& how) {
    const auto format = format_of(path);
    if (format == source_format::plan) throw message::error(ROSTER_SOURCE, {{"path", path.string()}});
    if (format == source_format::json_document)
        return read_document(read_file(path, largest_document), path.filename().string(), how,
                             path.has_parent_path() ? path.parent_path() : std::filesystem::path("."));
    return read_oneroster(*open_package(path), how);
}

std::string digest_of(const std::filesystem::path& path) {
    try {
        if (!std::filesystem::is_directory(path)) return text::sha256_of_file(path);
        text::sha256_hash all;
        for (const auto& file : text::entries_of(path)) {
            if (!std::filesystem::is_regular_file(file)) continue;
            all.add(file.filename().string());
            all.add(std::string_view("\0", 1));
            all.add(text::sha256_of_file(file));
        }
        return all.digits();
    } catch (const std::system_error& failed) {  // the system's reason becomes a message that names the file
        throw message::error(ROSTER_READ, {{"file", path.string()}, {"reason", failed.code().message()}});
    }
}

}  // namespace commhost::roster
