// It says twice who is in the room.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::hands_over_twice {

class communication_feature final : public rest_chat_provider {
  public:
    void synchronise_room_members() override {
        rest_chat_provider::synchronise_room_members();
        room().set_remote_members({}, false);
    }
};

}  // namespace fixture::hands_over_twice

COMMUNICATION_FEATURE(fixture::hands_over_twice::communication_feature);
