// It hangs and ignores every signal that can be ignored.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

#include <unistd.h>

#include <csignal>

namespace fixture::ignores_signals {

struct fault {
    fault() {
        for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_IGN);
        for (;;) ::pause();
    }
};

const fault at_load;

class communication_feature final : public bare_provider {};

}  // namespace fixture::ignores_signals

COMMUNICATION_FEATURE(fixture::ignores_signals::communication_feature);
