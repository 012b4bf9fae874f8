// It says that a room is gone which is there.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::keeps_room {

class communication_feature final : public rest_chat_provider {
  public:
    bool delete_chat_room() override {
        const auto answer = send(core_communication::http_method::get, path());
        if (answer.status != 404) require(answer);
        return true;
    }
};

}  // namespace fixture::keeps_room

COMMUNICATION_FEATURE(fixture::keeps_room::communication_feature);
