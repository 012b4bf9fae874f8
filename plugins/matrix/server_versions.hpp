#pragma once

#include "client.hpp"

#include <core_communication/processor.hpp>

#include <set>
#include <string>
#include <string_view>

namespace communication_matrix {

/// Something that a homeserver may or may not offer.
struct feature {
    std::string_view name;
    std::string_view
        version;  ///< The version of the Matrix specification that brings it, as GET /_matrix/client/versions says it.
    std::string_view brought_by;  ///< The first Synapse that says so.
};

namespace features {
inline constexpr feature client_api_v3{"version 3 of the client API", "v1.1", "Synapse 1.48"};
inline constexpr feature asynchronous_uploads{"uploads in two steps", "v1.7", "Synapse 1.98"};
inline constexpr feature authenticated_media{"media for those who are signed in", "v1.11", "Synapse 1.112"};
}  // namespace features

/// What the homeserver offers, as it says itself: asked once for a site and an address and kept (processor::site_value). What it has,
/// it keeps; what it lacks it may have been given since, so it is asked again before anything is said to be missing.
class server_versions {
  public:
    /// All must live longer.
    server_versions(core_communication::processor& processor, client& server, const configuration& site);

    bool offer(const feature& wanted);

    /// Throws provider_error (unavailable) that names the feature and the server that brings it.
    void require(const feature& wanted);

  private:
    bool known(const feature& wanted) const;
    /// What was kept, if it is about this server.
    void take(const std::string& kept);
    void ask(const feature& wanted);

    core_communication::processor& processor_;
    client& server_;
    const configuration& site_;
    std::set<std::string, std::less<>> versions_;
    bool asked_ = false;
};

}  // namespace communication_matrix
