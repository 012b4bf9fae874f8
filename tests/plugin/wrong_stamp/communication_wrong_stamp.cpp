// Its stamp says that it was built against version 999 of the interfaces.

#include "bare_provider.hpp"

#undef CORE_COMMUNICATION_INTERFACE_VERSION
#define CORE_COMMUNICATION_INTERFACE_VERSION 999
#include <core_communication/export.hpp>

namespace fixture::wrong_stamp {

class communication_feature final : public bare_provider {};

}  // namespace fixture::wrong_stamp

COMMUNICATION_FEATURE(fixture::wrong_stamp::communication_feature);
