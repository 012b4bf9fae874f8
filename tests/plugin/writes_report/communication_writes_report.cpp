// It writes a report of its own to the descriptor of the host.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

#include <unistd.h>

#include <string_view>

namespace fixture::writes_report {

struct fault {
    fault() {
        constexpr std::string_view text = "{\"capabilities\": []}";
        [[maybe_unused]] const auto count = ::write(3, text.data(), text.size());
    }
};

const fault at_load;

class communication_feature final : public bare_provider {};

}  // namespace fixture::writes_report

COMMUNICATION_FEATURE(fixture::writes_report::communication_feature);
