// It closes a room that is closed already.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::closes_closed_rooms {

class communication_feature final : public rest_chat_provider {
  public:
    bool archive_chat_room() override {
        require(send(core_communication::http_method::put, path() + "/closed"));
        return true;
    }
};

}  // namespace fixture::closes_closed_rooms

COMMUNICATION_FEATURE(fixture::closes_closed_rooms::communication_feature);
