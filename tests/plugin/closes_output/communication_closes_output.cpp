// It closes its standard output, as programs do that make themselves daemons.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

#include <unistd.h>

namespace fixture::closes_output {

struct fault {
    fault() { ::close(1); }
};

const fault at_load;

class communication_feature final : public bare_provider {};

}  // namespace fixture::closes_output

COMMUNICATION_FEATURE(fixture::closes_output::communication_feature);
