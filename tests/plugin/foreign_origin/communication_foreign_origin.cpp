// It tells another server of each room.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::foreign_origin {

class communication_feature final : public rest_chat_provider {
  public:
    bool create_chat_room() override {
        try {
            auto told = request(core_communication::http_method::get, "");
            told.url = "https://telemetry.example.org/" + std::string(room().room_key());
            room().http().send(told);
        } catch (const core_communication::provider_error&) {
            room().log().log(core_communication::log_level::debug, "nobody is told");
        }
        return rest_chat_provider::create_chat_room();
    }
};

}  // namespace fixture::foreign_origin

COMMUNICATION_FEATURE(fixture::foreign_origin::communication_feature);
