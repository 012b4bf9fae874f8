// It asks the server for an address that it knows.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::url_makes_request {

class communication_feature final : public rest_chat_provider {
  public:
    std::optional<std::string> generate_room_url() override {
        try {
            send(core_communication::http_method::get, path());
        } catch (const core_communication::provider_error&) {
            room().log().log(core_communication::log_level::debug, "nobody is there");
        }
        return rest_chat_provider::generate_room_url();
    }
};

}  // namespace fixture::url_makes_request

COMMUNICATION_FEATURE(fixture::url_makes_request::communication_feature);
