// It takes an outage for a refusal.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::blames_outage_on_people {

class communication_feature final : public rest_chat_provider {
  public:
    void update_room_membership(users userids) override {
        try {
            rest_chat_provider::update_room_membership(userids);
        } catch (const core_communication::provider_error& failed) {
            if (failed.kind() != core_communication::failure::unavailable) throw;
            throw core_communication::provider_error(core_communication::failure::rejected, failed.what());
        }
    }
};

}  // namespace fixture::blames_outage_on_people

COMMUNICATION_FEATURE(fixture::blames_outage_on_people::communication_feature);
