// It takes a server that answered before for one that always will.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

#include <stdexcept>

namespace fixture::trips_over_lost_answer {

class communication_feature final : public rest_chat_provider {
  public:
    bool update_chat_room() override {
        const bool answered = send(core_communication::http_method::get, path()).status == 200;
        try {
            return rest_chat_provider::update_chat_room();
        } catch (const core_communication::provider_error& failed) {
            if (answered && failed.kind() == core_communication::failure::unavailable)
                throw std::logic_error("it was there a moment ago");
            throw;
        }
    }
};

}  // namespace fixture::trips_over_lost_answer

COMMUNICATION_FEATURE(fixture::trips_over_lost_answer::communication_feature);
