// It has the loader look for its symbols in another library first.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::filters_others {

class communication_feature final : public bare_provider {};

}  // namespace fixture::filters_others

COMMUNICATION_FEATURE(fixture::filters_others::communication_feature);
