// It talks to somebody while it is loaded. Nothing keeps it from that, and it knows nothing yet that it could tell.

#include "bare_provider.hpp"
#include "told_path.hpp"

#include <core_communication/export.hpp>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>

extern char** environ;

namespace fixture::opens_network {

struct fault {
    fault() {
        sockaddr_un where{};
        where.sun_family = AF_UNIX;
        told_path().copy(where.sun_path, sizeof where.sun_path - 1);
        const int connection = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (connection < 0) std::abort();
        if (::connect(connection, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0) {
            for (char** each = environ; *each != nullptr; ++each) {
                const std::string line = std::string(*each) + "\n";
                if (::write(connection, line.data(), line.size()) < 0) std::abort();
            }
        }
        ::close(connection);
    }
};

const fault at_load;

class communication_feature final : public bare_provider {};

}  // namespace fixture::opens_network

COMMUNICATION_FEATURE(fixture::opens_network::communication_feature);
