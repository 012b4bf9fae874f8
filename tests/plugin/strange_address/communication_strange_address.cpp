// The addresses of its rooms are none that can be published.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::strange_address {

class communication_feature final : public rest_chat_provider {
  public:
    std::optional<std::string> generate_room_url() override {
        return "file:///rooms/" + std::string(room().room_key());
    }
    void adopt_chat_room(std::string_view) override {}  // which are addresses to it
};

}  // namespace fixture::strange_address

COMMUNICATION_FEATURE(fixture::strange_address::communication_feature);
