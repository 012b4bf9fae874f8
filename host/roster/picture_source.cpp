#include "roster/picture_source.hpp"

#include "message/catalogue.hpp"
#include "text/ascii.hpp"
#include "text/base64.hpp"
#include "text/file_content.hpp"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

namespace commhost::roster {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view data_scheme = "data:";

std::variant<directory::picture, std::string> picture_of(std::string bytes) {
    if (bytes.size() > directory::largest_picture) return message::phrase("reason_picture_large");
    auto picture = directory::make_picture(std::move(bytes));
    if (!picture) return message::phrase("reason_picture_kind");
    return *std::move(picture);
}

std::variant<directory::picture, std::string> from_data(std::string_view uri) {
    const auto comma = uri.find(',');
    constexpr std::string_view marker = ";base64";
    auto type = uri.substr(0, comma);
    if (comma == std::string_view::npos || !type.ends_with(marker)) return message::phrase("reason_picture_data");
    type.remove_suffix(marker.size());
    const auto content = uri.substr(comma + 1);
    if (content.size() / 4 * 3 > directory::largest_picture + 2) return message::phrase("reason_picture_large");
    auto bytes = text::from_base64(content);
    if (!bytes) return message::phrase("reason_picture_base64");
    auto made = picture_of(*std::move(bytes));
    const auto* picture = std::get_if<directory::picture>(&made);
    if (picture != nullptr && text::lower(type) != picture->content.media_type)
        return message::phrase("reason_picture_type",
                               {{"said", text::tidy(type)}, {"found", picture->content.media_type}});
    return made;
}

/// Empty when the path leads out of the folder, in its words or by a link.
std::optional<fs::path> file_below(const fs::path& folder, std::string_view written) {
    const fs::path relative(written);
    if (relative.is_absolute()) return std::nullopt;
    std::error_code failed;
    const auto base = fs::canonical(folder.empty() ? fs::path(".") : folder, failed);
    if (failed) return std::nullopt;
    auto file = fs::weakly_canonical(base / relative, failed);
    if (failed) return std::nullopt;
    const auto [end, at] = std::mismatch(base.begin(), base.end(), file.begin(), file.end());
    if (end != base.end() || at == file.end()) return std::nullopt;
    return file;
}

}  // namespace

std::variant<directory::picture, std::string> read_picture(std::string_view written, const fs::path& folder) {
    if (text::lower(written.substr(0, data_scheme.size())) == data_scheme)
        return from_data(written.substr(data_scheme.size()));
    if (written.find("://") != std::string_view::npos) return message::phrase("reason_picture_address");
    if (folder.empty()) return message::phrase("reason_picture_no_folder");
    const auto file = file_below(folder, written);
    if (!file) return message::phrase("reason_picture_outside");
    try {
        return picture_of(text::read_file(*file, directory::largest_picture));
    } catch (const std::system_error& failed) {  // one picture that cannot be read does not stop the roster
        if (failed.code().value() == EFBIG) return message::phrase("reason_picture_large");
        return message::phrase("reason_picture_read", {{"reason", failed.code().message()}});
    }
}

}  // namespace commhost::roster
