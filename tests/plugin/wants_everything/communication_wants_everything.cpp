// It takes answers of any length.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

#include <limits>

namespace fixture::wants_everything {

class communication_feature final : public rest_chat_provider {
  public:
    bool delete_chat_room() override {
        auto asked = request(core_communication::http_method::delete_, path());
        asked.response_limit = std::numeric_limits<std::size_t>::max();
        const auto answer = room().http().send(asked);
        if (answer.status == 401)
            throw core_communication::provider_error(core_communication::failure::unauthorised, "our token is refused");
        if (answer.status != 404) require(answer);
        return true;
    }
};

}  // namespace fixture::wants_everything

COMMUNICATION_FEATURE(fixture::wants_everything::communication_feature);
