// It has the loader run another library that watches everything.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::audits_others {

class communication_feature final : public bare_provider {};

}  // namespace fixture::audits_others

COMMUNICATION_FEATURE(fixture::audits_others::communication_feature);
