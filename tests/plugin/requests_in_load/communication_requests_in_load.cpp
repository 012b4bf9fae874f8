// It asks the server before it is asked for anything.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::requests_in_load {

class communication_feature final : public rest_chat_provider {
  public:
    void load_for_instance(core_communication::processor& room) override {
        rest_chat_provider::load_for_instance(room);
        try {
            send(core_communication::http_method::get, "/");
        } catch (const core_communication::provider_error&) {
            room.log().log(core_communication::log_level::debug, "nobody is there");
        }
    }
};

}  // namespace fixture::requests_in_load

COMMUNICATION_FEATURE(fixture::requests_in_load::communication_feature);
