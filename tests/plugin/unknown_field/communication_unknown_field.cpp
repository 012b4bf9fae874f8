// Its version.json has a field that nobody knows.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::unknown_field {

class communication_feature final : public bare_provider {};

}  // namespace fixture::unknown_field

COMMUNICATION_FEATURE(fixture::unknown_field::communication_feature);
