// It leaves a thread running, and no descriptor with which somebody could look for it.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <thread>

namespace fixture::hides_threads {

struct fault {
    fault() {
        std::thread([] {
            for (;;) ::pause();
        }).detach();
        while (::open("/dev/null", O_RDONLY | O_CLOEXEC) >= 0) {
        }
    }
};

const fault at_load;

class communication_feature final : public bare_provider {};

}  // namespace fixture::hides_threads

COMMUNICATION_FEATURE(fixture::hides_threads::communication_feature);
