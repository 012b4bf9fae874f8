// It changes the folder, the umask and the signal handlers of the process, which are not its own.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

namespace fixture::changes_process {

struct fault {
    fault() {
        if (::chdir("/tmp") != 0) std::abort();
        ::umask(0);
        for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_IGN);
    }
};

const fault at_load;

class communication_feature final : public bare_provider {};

}  // namespace fixture::changes_process

COMMUNICATION_FEATURE(fixture::changes_process::communication_feature);
