// It crashes when it is to make a room.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

#include <cstdlib>

namespace fixture::crashes_in_create {

class communication_feature final : public rest_chat_provider {
  public:
    bool create_chat_room() override { std::abort(); }
};

}  // namespace fixture::crashes_in_create

COMMUNICATION_FEATURE(fixture::crashes_in_create::communication_feature);
