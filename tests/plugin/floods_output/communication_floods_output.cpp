// It prints without end.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

#include <unistd.h>

#include <array>

namespace fixture::floods_output {

struct fault {
    fault() {
        std::array<char, 4096> line{};
        line.fill('x');
        for (;;)
            if (::write(1, line.data(), line.size()) < 0) ::pause();
    }
};

const fault at_load;

class communication_feature final : public bare_provider {};

}  // namespace fixture::floods_output

COMMUNICATION_FEATURE(fixture::floods_output::communication_feature);
