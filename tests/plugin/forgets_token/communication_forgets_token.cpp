// It takes a refused token for a refusal of the room.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::forgets_token {

class communication_feature final : public rest_chat_provider {
  public:
    bool update_chat_room() override {
        try {
            return rest_chat_provider::update_chat_room();
        } catch (const core_communication::provider_error& failed) {
            if (failed.kind() != core_communication::failure::unauthorised) throw;
            throw core_communication::provider_error(core_communication::failure::rejected, failed.what());
        }
    }
};

}  // namespace fixture::forgets_token

COMMUNICATION_FEATURE(fixture::forgets_token::communication_feature);
