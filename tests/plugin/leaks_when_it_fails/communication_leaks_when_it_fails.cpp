// It forgets an open file whenever the server is away.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

#include <fcntl.h>

namespace fixture::leaks_when_it_fails {

class communication_feature final : public rest_chat_provider {
  public:
    bool update_chat_room() override {
        try {
            return rest_chat_provider::update_chat_room();
        } catch (const core_communication::provider_error&) {
            static_cast<void>(::open("/dev/null", O_RDONLY | O_CLOEXEC));
            throw;
        }
    }
};

}  // namespace fixture::leaks_when_it_fails

COMMUNICATION_FEATURE(fixture::leaks_when_it_fails::communication_feature);
