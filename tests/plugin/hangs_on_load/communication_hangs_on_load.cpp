// It does not come back from making its static objects.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

#include <unistd.h>

namespace fixture::hangs_on_load {

struct fault {
    fault() {
        for (;;) ::pause();
    }
};

const fault at_load;

class communication_feature final : public bare_provider {};

}  // namespace fixture::hangs_on_load

COMMUNICATION_FEATURE(fixture::hangs_on_load::communication_feature);
