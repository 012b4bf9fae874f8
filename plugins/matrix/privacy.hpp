#pragma once

#include "client.hpp"

#include <core_communication/privacy_provider.hpp>
#include <core_communication/processor.hpp>

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace communication_matrix {

/// What the homeserver holds about a person, and its erasure: privacy_provider for Matrix. Synapse's user admin API.
class privacy {
  public:
    /// All must live longer.
    privacy(core_communication::processor& processor, client& server, const configuration& site);

    /// The account as the server's admins see it ("account"), of that what this plugin has sent ("username", "display_name", "email",
    /// as the manifest's external_data has it), the rooms it is in ("membership"), its devices, sessions with their
    /// addresses, pushers and account data. A part that this version of Synapse does not have, or has nothing in, is left out.
    /// Empty where there is no such account, or it is another server's.
    std::vector<core_communication::personal_record> export_data(core_communication::user_id user);

    /// Deactivates the account and has the server erase it, which nobody can take back. Throws provider_error (conflict) for what
    /// is never erased: our own account, a server admin's, one of another server. Returns whether the server says that it is
    /// done; true as well for what is no longer there.
    bool erase(core_communication::user_id user);

  private:
    std::optional<std::string> account_of(core_communication::user_id user) const;

    /// Empty where there is none.
    std::optional<boost::json::object> read_account(std::string_view account);

    core_communication::processor& processor_;
    client& server_;
    const configuration& site_;
};

}  // namespace communication_matrix
