#include "picture_upload.hpp"

#include "server_versions.hpp"

#include <core_communication/provider_error.hpp>

#include <cstddef>
#include <string_view>
#include <utility>

namespace communication_matrix {

using core_communication::failure;
using core_communication::provider_error;

namespace {

/// In processor::site_value: how many bytes an upload may have.
constexpr std::string_view limit_key = "upload_limit";

/// Throws provider_error (rejected) for what the server would refuse when all of it has been sent. What it takes is kept for the site, and
/// asked for again before anything is refused.
void refuse_too_large(core_communication::processor& processor, client& server, server_versions& versions,
                      std::size_t bytes) {
    const auto size = std::to_string(bytes);
    const auto fits = [&](const std::string& limit) {
        return size.size() < limit.size() || (size.size() == limit.size() && size <= limit);
    };
    if (const auto kept = processor.site_value(limit_key); kept && fits(*kept)) return;
    const auto limit = server.upload_limit(versions.offer(features::authenticated_media));
    if (!limit) return;
    const auto said = std::to_string(*limit);
    processor.set_site_value(limit_key, said);
    if (!fits(said))
        throw provider_error(failure::rejected,
                             "the server takes uploads of at most " + said + " bytes, and the picture has " + size);
}

}  // namespace

std::string put_on_server(core_communication::processor& processor, client& server, const configuration& site,
                          const core_communication::picture& picture) {
    server_versions versions(processor, server, site);
    refuse_too_large(processor, server, versions, picture.bytes.size());
    if (auto address = server.upload(picture.bytes, picture.media_type)) return *std::move(address);
    if (versions.offer(features::asynchronous_uploads))
        return server.upload_in_two_steps(picture.bytes, picture.media_type);
    throw provider_error(failure::rejected, "the server offers neither uploads in one step nor " +
                                                std::string(features::asynchronous_uploads.name) + " (" +
                                                std::string(features::asynchronous_uploads.brought_by) + ")");
}

}  // namespace communication_matrix
