// It crashes while its static objects are made.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

#include <cstdio>
#include <cstdlib>

namespace fixture::crashes_on_load {

struct fault {
    fault() {
        std::fputs("about to \x1b[31mcrash\n", stderr);
        std::abort();
    }
};

const fault at_load;

class communication_feature final : public bare_provider {};

}  // namespace fixture::crashes_on_load

COMMUNICATION_FEATURE(fixture::crashes_on_load::communication_feature);
