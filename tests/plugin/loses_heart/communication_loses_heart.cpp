// Once something did not work, its object takes the next call for something that cannot be.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

#include <stdexcept>

namespace fixture::loses_heart {

class communication_feature final : public rest_chat_provider {
  public:
    bool update_chat_room() override {
        if (has_failed_) throw std::logic_error("it did not work a moment ago");
        try {
            return rest_chat_provider::update_chat_room();
        } catch (const core_communication::provider_error&) {
            has_failed_ = true;
            throw;
        }
    }

  private:
    bool has_failed_ = false;
};

}  // namespace fixture::loses_heart

COMMUNICATION_FEATURE(fixture::loses_heart::communication_feature);
