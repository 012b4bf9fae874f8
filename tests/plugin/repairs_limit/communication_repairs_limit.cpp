// No fault: it sets right what it finds at its server.

#include "limit_repair_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::repairs_limit {

class communication_feature final : public limit_repair_provider {};

}  // namespace fixture::repairs_limit

COMMUNICATION_FEATURE(fixture::repairs_limit::communication_feature);
