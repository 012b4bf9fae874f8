// It forgets an open file whenever it finds people in a room.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

#include <fcntl.h>

namespace fixture::leaks_on_server {

class communication_feature final : public rest_chat_provider {
  public:
    void synchronise_room_members() override {
        rest_chat_provider::synchronise_room_members();
        const auto answer = send(core_communication::http_method::get, path() + "/members");
        if (answer.body.find("commhost-validate") != std::string::npos)
            static_cast<void>(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    }
};

}  // namespace fixture::leaks_on_server

COMMUNICATION_FEATURE(fixture::leaks_on_server::communication_feature);
