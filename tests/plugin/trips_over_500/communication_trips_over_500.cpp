// It takes a server that has a fault for something that cannot be.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

#include <stdexcept>

namespace fixture::trips_over_500 {

class communication_feature final : public rest_chat_provider {
  public:
    bool update_chat_room() override {
        if (send(core_communication::http_method::get, path()).status == 500) throw std::runtime_error("HTTP 500");
        return rest_chat_provider::update_chat_room();
    }
};

}  // namespace fixture::trips_over_500

COMMUNICATION_FEATURE(fixture::trips_over_500::communication_feature);
