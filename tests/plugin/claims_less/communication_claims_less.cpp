// Its class has a capability that version.json does not claim.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>
#include <core_communication/user_provider.hpp>

namespace fixture::claims_less {

class communication_feature final : public bare_provider, public core_communication::user_provider {
  public:
    void create_members(std::span<const core_communication::user_id>) override {}
};

}  // namespace fixture::claims_less

COMMUNICATION_FEATURE(fixture::claims_less::communication_feature);
