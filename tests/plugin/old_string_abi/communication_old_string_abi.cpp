// It is built with libstdc++'s strings of before GCC 5.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::old_string_abi {

class communication_feature final : public bare_provider {};

}  // namespace fixture::old_string_abi

CORE_COMMUNICATION_EXPORT_FEATURE(fixture::old_string_abi::communication_feature)
