// It takes a server that is not started for something that cannot be.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

#include <stdexcept>

namespace fixture::trips_over_closed_port {

class communication_feature final : public rest_chat_provider {
  public:
    bool update_chat_room() override {
        try {
            return rest_chat_provider::update_chat_room();
        } catch (const core_communication::provider_error& failed) {
            if (std::string_view(failed.what()).find("connect") != std::string_view::npos)
                throw std::logic_error(failed.what());
            throw;
        }
    }
};

}  // namespace fixture::trips_over_closed_port

COMMUNICATION_FEATURE(fixture::trips_over_closed_port::communication_feature);
