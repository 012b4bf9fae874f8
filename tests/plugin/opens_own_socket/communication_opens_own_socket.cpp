// It tells somebody of each room by a socket of its own.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

#include <sys/socket.h>
#include <unistd.h>

namespace fixture::opens_own_socket {

class communication_feature final : public rest_chat_provider {
  public:
    bool create_chat_room() override {
        const int own = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (own >= 0) ::close(own);
        return rest_chat_provider::create_chat_room();
    }
};

}  // namespace fixture::opens_own_socket

COMMUNICATION_FEATURE(fixture::opens_own_socket::communication_feature);
