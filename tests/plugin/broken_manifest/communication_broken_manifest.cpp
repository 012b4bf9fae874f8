// Its version.json is no JSON: a comma is missing.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::broken_manifest {

class communication_feature final : public bare_provider {};

}  // namespace fixture::broken_manifest

COMMUNICATION_FEATURE(fixture::broken_manifest::communication_feature);
