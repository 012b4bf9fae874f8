// It takes over whatever it is told to, be it there or not.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::adopts_anything {

class communication_feature final : public rest_chat_provider {
  public:
    void adopt_chat_room(std::string_view address) override {
        using core_communication::failure;
        try {
            rest_chat_provider::adopt_chat_room(address);
        } catch (const core_communication::provider_error& refused) {
            if (refused.kind() != failure::invalid && refused.kind() != failure::conflict) throw;
        }
    }
};

}  // namespace fixture::adopts_anything

COMMUNICATION_FEATURE(fixture::adopts_anything::communication_feature);
