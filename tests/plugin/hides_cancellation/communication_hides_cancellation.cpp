// Told to stop, it says that all is as wanted.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::hides_cancellation {

class communication_feature final : public rest_chat_provider {
  public:
    bool update_chat_room() override {
        return room().cancellation().requested() || rest_chat_provider::update_chat_room();
    }
};

}  // namespace fixture::hides_cancellation

COMMUNICATION_FEATURE(fixture::hides_cancellation::communication_feature);
