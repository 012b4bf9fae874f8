// It lets an answer come for a whole day.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

#include <chrono>

namespace fixture::waits_a_day {

class communication_feature final : public rest_chat_provider {
  public:
    bool delete_chat_room() override {
        auto asked = request(core_communication::http_method::delete_, path());
        asked.timeout = std::chrono::hours(24);
        const auto answer = room().http().send(asked);
        if (answer.status == 401)
            throw core_communication::provider_error(core_communication::failure::unauthorised, "our token is refused");
        if (answer.status != 404) require(answer);
        return true;
    }
};

}  // namespace fixture::waits_a_day

COMMUNICATION_FEATURE(fixture::waits_a_day::communication_feature);
