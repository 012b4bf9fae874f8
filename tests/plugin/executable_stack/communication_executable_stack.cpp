// It wants a stack on which code can run.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::executable_stack {

class communication_feature final : public bare_provider {};

}  // namespace fixture::executable_stack

COMMUNICATION_FEATURE(fixture::executable_stack::communication_feature);
