#pragma once

#include <core_communication/api.hpp>

namespace core_communication::inline v1 {

/// The capability of reading who is in a room.
class CORE_COMMUNICATION_API synchronise_provider {
  public:
    virtual ~synchronise_provider();

    /// Reads the room from the server, in as few requests as it takes, and hands the members to
    /// processor::set_remote_members, once. Changes nothing on the server; what is to be changed the host works out.
    /// Called when the room exists. Throws provider_error when it cannot be read; the host then removes nobody.
    /// [provider thread]
    virtual void synchronise_room_members() = 0;

  protected:
    synchronise_provider() = default;
    synchronise_provider(const synchronise_provider&) = delete;
    synchronise_provider& operator=(const synchronise_provider&) = delete;
};

}  // namespace core_communication::inline v1
