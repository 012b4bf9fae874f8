// It stops its process and waits for somebody to continue it.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

#include <csignal>

namespace fixture::stops_itself {

struct fault {
    fault() { std::raise(SIGSTOP); }
};

const fault at_load;

class communication_feature final : public bare_provider {};

}  // namespace fixture::stops_itself

COMMUNICATION_FEATURE(fixture::stops_itself::communication_feature);
