// It puts another program in the place of the process in which it is loaded.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

#include <unistd.h>

#include <cstdlib>

namespace fixture::execs_another {

struct fault {
    fault() {
        ::execl("/bin/echo", "echo", "I am another", nullptr);
        std::abort();
    }
};

const fault at_load;

class communication_feature final : public bare_provider {};

}  // namespace fixture::execs_another

COMMUNICATION_FEATURE(fixture::execs_another::communication_feature);
