// It closes every open file of the process, those of the host too.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

#include <unistd.h>

namespace fixture::closes_descriptors {

struct fault {
    fault() { ::close_range(0, ~0U, 0); }
};

const fault at_load;

class communication_feature final : public bare_provider {};

}  // namespace fixture::closes_descriptors

COMMUNICATION_FEATURE(fixture::closes_descriptors::communication_feature);
