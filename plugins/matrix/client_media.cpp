// The calls of client.hpp to the server's media.

#include "answer.hpp"
#include "client.hpp"

#include <algorithm>
#include <utility>

namespace communication_matrix {

using core_communication::failure;
using core_communication::http_method;
using core_communication::http_response;
using core_communication::percent_encode;
using core_communication::provider_error;

namespace {

/// "mxc://server/media", and its parts.
struct media_address {
    std::string text;
    std::string server;
    std::string media;
};

/// The address that an upload was given. Throws provider_error (invalid) for what is none, or none that can be kept.
media_address media_address_in(const http_response& answer) {
    constexpr std::string_view scheme = "mxc://";
    constexpr std::size_t longest = 400;
    auto text = required_text(object_in(answer), "content_uri");
    const auto slash = text.find('/', scheme.size());
    const bool is_printable =
        std::all_of(text.begin(), text.end(), [](char each) { return each > ' ' && each < '\x7f'; });
    if (!text.starts_with(scheme) || slash == std::string::npos || !is_printable || text.size() > longest)
        throw provider_error(failure::invalid, "the server's answer has no mxc:// address");
    auto server = text.substr(scheme.size(), slash - scheme.size());
    auto media = text.substr(slash + 1);
    return {std::move(text), std::move(server), std::move(media)};
}

/// Media that are switched off, or not for us, are no outage: the room does without. An account that has uploaded all that it may is told so
/// (MSC4335; Synapse's media_upload_limits answer 400 M_RESOURCE_LIMIT_EXCEEDED where that is not offered yet).
[[noreturn]] void throw_media_refusal(const http_response& answer) {
    const auto refused = refusal_of(answer, "take a picture");
    const auto errcode = errcode_of(answer);
    if (errcode == "M_USER_LIMIT_EXCEEDED" || (answer.status == 400 && errcode == errcode::resource_limit_exceeded))
        throw uploads_used_up(failure::rate_limited, refused.what());
    if (answer.status == 404) throw provider_error(failure::rejected, refused.what());
    throw refused;
}

}  // namespace

std::optional<std::string> client::upload(std::string_view bytes, std::string_view media_type) {
    auto asked = request(http_method::post, "/_matrix/media/v3/upload");
    asked.body = bytes;
    asked.content_type = media_type;
    asked.repeatable = true;  // a second copy does no harm
    const auto answer = http_.send(asked);
    if (succeeded(answer)) return media_address_in(answer).text;
    if (is_not_offered(answer) || answer.status == 405) return std::nullopt;
    throw_media_refusal(answer);
}

std::string client::upload_in_two_steps(std::string_view bytes, std::string_view media_type) {
    auto create = request(http_method::post, "/_matrix/media/v1/create");
    create.body = "{}";
    const auto created = http_.send(create);
    if (!succeeded(created)) throw_media_refusal(created);
    auto address = media_address_in(created);
    auto put = request(http_method::put, "/_matrix/media/v3/upload/" + percent_encode(address.server) + "/" +
                                             percent_encode(address.media));
    put.body = bytes;
    put.content_type = media_type;
    const auto answer = http_.send(put);
    // The address is ours alone: what is there already came with a try whose answer was lost.
    if (succeeded(answer) || errcode_of(answer) == "M_CANNOT_OVERWRITE_MEDIA") return address.text;
    throw_media_refusal(answer);
}

std::optional<std::int64_t> client::upload_limit(bool of_client_api) {
    const auto answer = get(of_client_api ? "/_matrix/client/v1/media/config" : "/_matrix/media/v3/config");
    if (!succeeded(answer)) return std::nullopt;
    const auto said = object_in(answer);
    const auto* limit = said.if_contains("m.upload.size");
    return limit != nullptr && limit->is_int64() ? std::optional(limit->get_int64()) : std::nullopt;
}

}  // namespace communication_matrix
