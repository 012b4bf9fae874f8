// It leaves a process that runs away: again and again it is another one, and its parent is gone.

#include "bare_provider.hpp"
#include "told_path.hpp"

#include <core_communication/export.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>

namespace fixture::runs_away {

/// For the machine's sake, where nobody catches it.
constexpr int most = 200'000;

struct fault {
    fault() {
        // By the pipe a test sees that it has ended.
        const int pipe = ::open(told_path().c_str(), O_WRONLY | O_NONBLOCK);
        if (pipe >= 0 && ::write(pipe, "", 1) != 1) std::abort();
        if (::fork() != 0) {
            ::close(pipe);
            return;
        }
        ::setsid();
        for (int steps = 0; steps < most; ++steps) {
            if (::fork() != 0) ::_exit(0);
        }
        for (;;) ::pause();
    }
};

const fault at_load;

class communication_feature final : public bare_provider {};

}  // namespace fixture::runs_away

COMMUNICATION_FEATURE(fixture::runs_away::communication_feature);
