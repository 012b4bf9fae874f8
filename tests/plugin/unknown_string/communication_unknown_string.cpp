// It asks for a text that it does not have.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::unknown_string {

class communication_feature final : public rest_chat_provider {
  public:
    bool update_chat_room() override {
        room().log().log(core_communication::log_level::debug, room().text().get("looking"));
        return rest_chat_provider::update_chat_room();
    }
};

}  // namespace fixture::unknown_string

COMMUNICATION_FEATURE(fixture::unknown_string::communication_feature);
