// It kills its process with the one signal that nobody can catch.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

#include <csignal>

namespace fixture::kills_itself {

struct fault {
    fault() { std::raise(SIGKILL); }
};

const fault at_load;

class communication_feature final : public bare_provider {};

}  // namespace fixture::kills_itself

COMMUNICATION_FEATURE(fixture::kills_itself::communication_feature);
