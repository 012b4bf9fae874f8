#include "directory/picture.hpp"

#include "directory/codes.hpp"
#include "message/error.hpp"
#include "text/base64.hpp"
#include "text/sha256.hpp"

#include <utility>

namespace commhost::directory {

using namespace std::string_view_literals;

std::string_view media_type_of(std::string_view bytes) {
    // W3C "PNG", 5.2; ITU-T T.81, B.1.1.3 (SOI and the next marker); GIF89a, section 17; RFC 9649, section 2.4.
    if (bytes.starts_with("\x89PNG\r\n\x1a\n"sv)) return "image/png";
    if (bytes.starts_with("\xff\xd8\xff"sv)) return "image/jpeg";
    if (bytes.starts_with("GIF87a"sv) || bytes.starts_with("GIF89a"sv)) return "image/gif";
    if (bytes.starts_with("RIFF"sv) && bytes.size() > 12 && bytes.substr(8, 4) == "WEBP"sv) return "image/webp";
    return {};
}

std::optional<picture> make_picture(std::string bytes) {
    const auto type = media_type_of(bytes);
    if (type.empty() || bytes.size() > largest_picture) return std::nullopt;
    auto digest = text::sha256(bytes);
    return picture{std::move(digest), {std::string(type), std::move(bytes)}};
}

std::string data_uri_of(const core_communication::picture& content) {
    return "data:" + content.media_type + ";base64," + text::to_base64(content.bytes);
}

std::optional<picture> find_picture(store::connection& sql, std::string_view digest) {
    if (digest.empty()) return std::nullopt;
    auto found = sql.first<std::string, std::string>(
        "select media_type, content from directory_picture where digest = :digest", {{"digest", digest}});
    if (!found) return std::nullopt;
    auto bytes = text::from_base64(std::get<1>(*found));
    if (!bytes || text::sha256(*bytes) != digest)
        throw message::error(DIRECTORY_PICTURE, {{"digest", std::string(digest)}});
    return picture{std::string(digest), {std::move(std::get<0>(*found)), *std::move(bytes)}};
}

std::int64_t drop_unused_pictures(store::connection& sql) {
    return sql.execute(R"(delete from directory_picture where
        not exists (select 1 from directory_instance i where i.picture = directory_picture.digest and i.picture <> '')
        and not exists (select 1 from directory_user u where u.picture = directory_picture.digest and u.picture <> ''))");
}

}  // namespace commhost::directory
