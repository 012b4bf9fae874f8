// It forgets how long the server asked to wait.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::forgets_wait {

class communication_feature final : public rest_chat_provider {
  public:
    void update_room_membership(users userids) override {
        try {
            rest_chat_provider::update_room_membership(userids);
        } catch (const core_communication::provider_error& failed) {
            if (failed.kind() != core_communication::failure::rate_limited) throw;
            throw core_communication::provider_error(core_communication::failure::rate_limited, failed.what());
        }
    }
};

}  // namespace fixture::forgets_wait

COMMUNICATION_FEATURE(fixture::forgets_wait::communication_feature);
