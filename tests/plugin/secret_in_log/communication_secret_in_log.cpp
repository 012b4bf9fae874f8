// It writes its token into the log.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::secret_in_log {

class communication_feature final : public rest_chat_provider {
  public:
    bool create_chat_room() override {
        room().log().log(core_communication::log_level::debug, "with the token " + token());
        return rest_chat_provider::create_chat_room();
    }
};

}  // namespace fixture::secret_in_log

COMMUNICATION_FEATURE(fixture::secret_in_log::communication_feature);
