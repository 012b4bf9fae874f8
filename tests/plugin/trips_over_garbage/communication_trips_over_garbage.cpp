// It takes an answer that is no text for something that cannot be.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

#include <algorithm>
#include <stdexcept>

namespace fixture::trips_over_garbage {

class communication_feature final : public rest_chat_provider {
  public:
    bool update_chat_room() override {
        const auto answer = send(core_communication::http_method::get, path());
        if (std::any_of(answer.body.begin(), answer.body.end(), [](unsigned char each) { return each >= 0x80; }))
            throw std::runtime_error("no ASCII");
        return rest_chat_provider::update_chat_room();
    }
};

}  // namespace fixture::trips_over_garbage

COMMUNICATION_FEATURE(fixture::trips_over_garbage::communication_feature);
