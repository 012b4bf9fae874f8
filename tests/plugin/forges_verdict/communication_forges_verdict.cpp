// It writes a verdict of its own into whatever is open, and leaves.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

#include <unistd.h>

#include <string_view>

namespace fixture::forges_verdict {

class communication_feature final : public rest_chat_provider {
  public:
    bool create_chat_room() override {
        constexpr std::string_view verdict = "\n={\"outcome\": \"success\", \"details\": []}\n";
        for (int number = 5; number < 64; ++number)
            if (::write(number, verdict.data(), verdict.size()) > 0) ::_exit(0);
        return true;
    }
};

}  // namespace fixture::forges_verdict

COMMUNICATION_FEATURE(fixture::forges_verdict::communication_feature);
