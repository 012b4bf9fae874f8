// Its finding has an id that no script can name.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::strange_finding {

class communication_feature final : public rest_chat_provider {
  public:
    std::vector<core_communication::diagnosis> diagnose() override {
        auto findings = rest_chat_provider::diagnose();
        findings.front().id = "The address!";
        return findings;
    }
};

}  // namespace fixture::strange_finding

COMMUNICATION_FEATURE(fixture::strange_finding::communication_feature);
