// It has a symbol that the whole process shares.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::unique_symbol {

// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): its fault
inline __attribute__((visibility("default"), used)) int counter = 0;

class communication_feature final : public bare_provider {};

}  // namespace fixture::unique_symbol

COMMUNICATION_FEATURE(fixture::unique_symbol::communication_feature);
