// It does not make a room a second time, though that is there already.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::makes_room_once {

class communication_feature final : public rest_chat_provider {
  public:
    bool create_chat_room() override {
        if (room().value("room"))
            throw core_communication::provider_error(core_communication::failure::conflict, "there is one already");
        return rest_chat_provider::create_chat_room();
    }
};

}  // namespace fixture::makes_room_once

COMMUNICATION_FEATURE(fixture::makes_room_once::communication_feature);
