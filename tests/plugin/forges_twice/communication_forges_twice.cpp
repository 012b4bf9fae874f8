// It writes a report of its own and lets the host write another one behind it.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

#include <unistd.h>

#include <string_view>

namespace fixture::forges_twice {

struct fault {
    fault() {
        constexpr std::string_view text = R"({"capabilities": ["user_provider"], "output": ""})";
        for (int number = 5; number < 64; ++number)
            if (::write(number, text.data(), text.size()) > 0) break;
    }
};

const fault at_load;

class communication_feature final : public bare_provider {};

}  // namespace fixture::forges_twice

COMMUNICATION_FEATURE(fixture::forges_twice::communication_feature);
