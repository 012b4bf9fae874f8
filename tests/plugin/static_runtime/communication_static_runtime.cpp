// It brings a C++ runtime of its own.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::static_runtime {

class communication_feature final : public bare_provider {};

}  // namespace fixture::static_runtime

COMMUNICATION_FEATURE(fixture::static_runtime::communication_feature);
