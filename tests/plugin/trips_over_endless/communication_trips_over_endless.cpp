// It takes an answer that is too long for something that cannot be.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

#include <stdexcept>

namespace fixture::trips_over_endless {

class communication_feature final : public rest_chat_provider {
  public:
    bool update_chat_room() override {
        try {
            send(core_communication::http_method::get, path());
        } catch (const core_communication::provider_error& failed) {
            if (failed.kind() == core_communication::failure::invalid) throw std::length_error(failed.what());
            throw;
        }
        return rest_chat_provider::update_chat_room();
    }
};

}  // namespace fixture::trips_over_endless

COMMUNICATION_FEATURE(fixture::trips_over_endless::communication_feature);
