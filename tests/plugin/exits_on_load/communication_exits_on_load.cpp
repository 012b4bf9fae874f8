// It ends the process while its static objects are made, and calls that success.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

#include <cstdlib>

namespace fixture::exits_on_load {

struct fault {
    fault() { std::exit(0); }
};

const fault at_load;

class communication_feature final : public bare_provider {};

}  // namespace fixture::exits_on_load

COMMUNICATION_FEATURE(fixture::exits_on_load::communication_feature);
