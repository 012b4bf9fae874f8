// A virtual function of its class has no body, so the class has no table of them.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::missing_body {

class communication_feature final : public bare_provider {
  public:
    void load_for_instance(core_communication::processor& room) override;
};

}  // namespace fixture::missing_body

COMMUNICATION_FEATURE(fixture::missing_body::communication_feature);
