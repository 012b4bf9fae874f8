// It starts a thread that never ends.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

#include <unistd.h>

#include <thread>

namespace fixture::leaves_threads {

struct fault {
    fault() {
        std::thread([] {
            for (;;) ::pause();
        }).detach();
    }
};

const fault at_load;

class communication_feature final : public bare_provider {};

}  // namespace fixture::leaves_threads

COMMUNICATION_FEATURE(fixture::leaves_threads::communication_feature);
