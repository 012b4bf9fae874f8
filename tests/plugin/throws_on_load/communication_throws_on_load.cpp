// The constructor of a static object throws, which ends the process.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

#include <stdexcept>

namespace fixture::throws_on_load {

struct fault {
    fault() { throw std::runtime_error("no network yet"); }
};

const fault at_load;

class communication_feature final : public bare_provider {};

}  // namespace fixture::throws_on_load

COMMUNICATION_FEATURE(fixture::throws_on_load::communication_feature);
