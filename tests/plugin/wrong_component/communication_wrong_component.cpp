// Its version.json names another component than its folder.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::wrong_component {

class communication_feature final : public bare_provider {};

}  // namespace fixture::wrong_component

COMMUNICATION_FEATURE(fixture::wrong_component::communication_feature);
