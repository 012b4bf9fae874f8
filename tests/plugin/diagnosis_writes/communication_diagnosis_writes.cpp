// It tries out on the server whether it may make rooms.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::diagnosis_writes {

class communication_feature final : public rest_chat_provider {
  public:
    std::vector<core_communication::diagnosis> diagnose() override {
        try {
            send(core_communication::http_method::put, "/rooms/diagnosis");
        } catch (const core_communication::provider_error&) {
            return {{"rooms", core_communication::diagnosis_outcome::failed, "no room can be made", "ask for it"}};
        }
        return rest_chat_provider::diagnose();
    }
};

}  // namespace fixture::diagnosis_writes

COMMUNICATION_FEATURE(fixture::diagnosis_writes::communication_feature);
