#pragma once

#include "client.hpp"
#include "configuration.hpp"

#include <core_communication/processor.hpp>

#include <string>

namespace communication_matrix {

/// Puts the picture on the server; its mxc:// address. In one step where the server offers that, as all do that are known: of the uploads in two
/// steps that an account has begun and not ended Synapse lets there be five (max_pending_media_uploads), so that a few tasks
/// that are killed in between would have everything of that account wait for a day.
/// Throws provider_error, also for one that is larger than what the server takes (rejected).
std::string put_on_server(core_communication::processor& processor, client& server, const configuration& site,
                          const core_communication::picture& picture);

}  // namespace communication_matrix
