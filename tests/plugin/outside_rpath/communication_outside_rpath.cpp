// It looks for libraries outside of its own folder.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::outside_rpath {

class communication_feature final : public bare_provider {};

}  // namespace fixture::outside_rpath

COMMUNICATION_FEATURE(fixture::outside_rpath::communication_feature);
