// It kills the process that watches it.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

#include <unistd.h>

#include <csignal>

namespace fixture::signals_parent {

struct fault {
    fault() { ::kill(::getppid(), SIGKILL); }
};

const fault at_load;

class communication_feature final : public bare_provider {};

}  // namespace fixture::signals_parent

COMMUNICATION_FEATURE(fixture::signals_parent::communication_feature);
