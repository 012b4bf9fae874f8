// It leaves a process behind that is nobody's child and in no group or session of ours.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>

namespace fixture::leaves_daemon {

struct fault {
    fault() {
        std::array<int, 2> said{};
        if (::pipe(said.data()) != 0) std::abort();
        if (::fork() != 0) {
            char ready = 0;  // once it has said which process it is
            if (::read(said[0], &ready, 1) != 1) std::abort();
            return;
        }
        ::setsid();
        if (::fork() != 0) ::_exit(0);
        std::printf("daemon %d\n", static_cast<int>(::getpid()));
        std::fflush(stdout);
        if (::write(said[1], "", 1) != 1) ::_exit(1);
        ::close_range(0, ~0U, 0);
        for (;;) ::pause();
    }
};

const fault at_load;

class communication_feature final : public bare_provider {};

}  // namespace fixture::leaves_daemon

COMMUNICATION_FEATURE(fixture::leaves_daemon::communication_feature);
