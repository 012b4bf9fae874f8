// It is loaded when a test opens its gate, a named pipe, and closes it again.

#include "bare_provider.hpp"
#include "told_path.hpp"

#include <core_communication/export.hpp>

#include <fstream>
#include <string>

namespace fixture::waits_on_load {

struct wait {
    wait() {
        // Opening a pipe waits for the other side to open it, and reading for the other side to close it.
        std::ifstream gate(told_path());
        std::string nothing;
        std::getline(gate, nothing);
    }
};

const wait at_load;

class communication_feature final : public bare_provider {};

}  // namespace fixture::waits_on_load

COMMUNICATION_FEATURE(fixture::waits_on_load::communication_feature);
