// It takes it for a fault that the room is gone.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::deletes_twice_fails {

class communication_feature final : public rest_chat_provider {
  public:
    bool delete_chat_room() override {
        require(send(core_communication::http_method::delete_, path()));
        room().erase_value("room");
        return true;
    }
};

}  // namespace fixture::deletes_twice_fails

COMMUNICATION_FEATURE(fixture::deletes_twice_fails::communication_feature);
