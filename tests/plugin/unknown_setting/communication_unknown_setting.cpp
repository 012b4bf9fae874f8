// It reads a setting that it does not declare.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::unknown_setting {

class communication_feature final : public rest_chat_provider {
  public:
    std::optional<std::string> generate_room_url() override {
        room().room_settings().text("adress");
        return rest_chat_provider::generate_room_url();
    }
};

}  // namespace fixture::unknown_setting

COMMUNICATION_FEATURE(fixture::unknown_setting::communication_feature);
