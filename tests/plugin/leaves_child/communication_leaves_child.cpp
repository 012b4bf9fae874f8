// It leaves a child behind that keeps everything open.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

#include <unistd.h>

namespace fixture::leaves_child {

struct fault {
    fault() {
        if (::fork() == 0) {
            for (;;) ::pause();
        }
    }
};

const fault at_load;

class communication_feature final : public bare_provider {};

}  // namespace fixture::leaves_child

COMMUNICATION_FEATURE(fixture::leaves_child::communication_feature);
