// It says of a room that is gone that it is archived.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::archives_nothing {

class communication_feature final : public rest_chat_provider {
  public:
    bool archive_chat_room() override {
        return !is_there(send(core_communication::http_method::get, path())) || rest_chat_provider::archive_chat_room();
    }
};

}  // namespace fixture::archives_nothing

COMMUNICATION_FEATURE(fixture::archives_nothing::communication_feature);
