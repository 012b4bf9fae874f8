// It stores a value under a key that is too long.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::stores_too_much {

class communication_feature final : public rest_chat_provider {
  public:
    bool create_chat_room() override {
        const bool is_there = rest_chat_provider::create_chat_room();
        try {
            room().set_value(std::string(65, 'k'), "v");
        } catch (const core_communication::provider_error&) {
            room().log().log(core_communication::log_level::debug, "without it, then");
        }
        return is_there;
    }
};

}  // namespace fixture::stores_too_much

COMMUNICATION_FEATURE(fixture::stores_too_much::communication_feature);
