// It prints without end in sight, closes descriptors that are not its own, and works nonetheless.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

#include <unistd.h>

#include <array>

namespace fixture::noisy {

struct fault {
    fault() {
        std::array<char, 65536> line{};
        line.fill('x');
        for (int times = 0; times < 4; ++times) [[maybe_unused]]
            const auto count = ::write(1, line.data(), line.size());
    }
};

const fault at_load;

class communication_feature final : public bare_provider {};

}  // namespace fixture::noisy

COMMUNICATION_FEATURE(fixture::noisy::communication_feature);
