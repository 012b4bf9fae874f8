// It says nothing when people could not be added because the server is away.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::adds_nobody_in_silence {

class communication_feature final : public rest_chat_provider {
  public:
    void add_members_to_room(users userids) override {
        try {
            put(userids);
        } catch (const core_communication::provider_error&) {
            return;
        }
    }
};

}  // namespace fixture::adds_nobody_in_silence

COMMUNICATION_FEATURE(fixture::adds_nobody_in_silence::communication_feature);
