// It is built without RTTI.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::no_rtti {

class communication_feature final : public bare_provider {};

}  // namespace fixture::no_rtti

CORE_COMMUNICATION_EXPORT_FEATURE(fixture::no_rtti::communication_feature)
