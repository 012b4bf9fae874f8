// It can put people into a room and has no rooms.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>
#include <core_communication/room_user_provider.hpp>

namespace fixture::half_capability {

class communication_feature final : public bare_provider, public core_communication::room_user_provider {
  public:
    void add_members_to_room(std::span<const core_communication::user_id>) override {}
    void update_room_membership(std::span<const core_communication::user_id>) override {}
    void remove_members_from_room(std::span<const core_communication::user_id>) override {}
};

}  // namespace fixture::half_capability

CORE_COMMUNICATION_EXPORT_FEATURE(fixture::half_capability::communication_feature)
