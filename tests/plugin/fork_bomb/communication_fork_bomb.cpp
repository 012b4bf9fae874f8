// It starts processes that start processes, each in a session of its own, without end.

#include "bare_provider.hpp"
#include "told_path.hpp"

#include <core_communication/export.hpp>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>

namespace fixture::fork_bomb {

/// For the machine's sake, where nobody ends it before. It is far more than a host should let it get to.
constexpr int most = 5'000;

struct fault {
    fault() {
        // All of them have the pipe open, by which a test sees that the last of them has ended.
        const int pipe = ::open(told_path().c_str(), O_WRONLY | O_NONBLOCK);
        if (pipe >= 0 && ::write(pipe, "", 1) != 1) std::abort();
        void* const shared =
            ::mmap(nullptr, sizeof(std::atomic<int>), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (shared == MAP_FAILED) std::abort();
        auto& started = *static_cast<std::atomic<int>*>(shared);
        while (started++ < most) {
            if (::fork() == 0) ::setsid();
        }
        for (;;) ::pause();
    }
};

const fault at_load;

class communication_feature final : public bare_provider {};

}  // namespace fixture::fork_bomb

COMMUNICATION_FEATURE(fixture::fork_bomb::communication_feature);
