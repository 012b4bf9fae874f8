// Its version.json claims a capability that the class does not have.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::claims_more {

class communication_feature final : public bare_provider {};

}  // namespace fixture::claims_more

COMMUNICATION_FEATURE(fixture::claims_more::communication_feature);
