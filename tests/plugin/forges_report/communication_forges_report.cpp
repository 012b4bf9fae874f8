// It finds the descriptor of the host's report, writes one that suits it, with colours for the terminal, and leaves.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

#include <unistd.h>

#include <string_view>

namespace fixture::forges_report {

struct fault {
    fault() {
        constexpr std::string_view text =
            R"({"capabilities": [], "output": "", "refusal": {"code": "PLUGIN_LOAD", "arguments": [["library", "\u001b[31mx"], ["reason", "ask\nme"]]}})";
        for (int number = 5; number < 64; ++number) {
            if (::write(number, text.data(), text.size()) > 0) ::_exit(0);
        }
    }
};

const fault at_load;

class communication_feature final : public bare_provider {};

}  // namespace fixture::forges_report

COMMUNICATION_FEATURE(fixture::forges_report::communication_feature);
