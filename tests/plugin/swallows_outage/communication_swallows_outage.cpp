// It says that the room is there when the server is away.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::swallows_outage {

class communication_feature final : public rest_chat_provider {
  public:
    bool update_chat_room() override {
        try {
            return rest_chat_provider::update_chat_room();
        } catch (const core_communication::provider_error&) {
            return true;
        }
    }
};

}  // namespace fixture::swallows_outage

COMMUNICATION_FEATURE(fixture::swallows_outage::communication_feature);
