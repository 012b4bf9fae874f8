// It opens a file with each room and never closes it.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

#include <fcntl.h>

namespace fixture::leaks_descriptor {

class communication_feature final : public rest_chat_provider {
  public:
    bool create_chat_room() override {
        [[maybe_unused]] const int leaked = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
        return rest_chat_provider::create_chat_room();
    }
};

}  // namespace fixture::leaks_descriptor

COMMUNICATION_FEATURE(fixture::leaks_descriptor::communication_feature);
