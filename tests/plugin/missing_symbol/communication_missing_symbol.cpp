// It exports no communication_feature.

#include "bare_provider.hpp"

#include <core_communication/abi_stamp.hpp>

#include <memory>

namespace fixture::missing_symbol {

class communication_feature final : public bare_provider {};
core_communication::communication_provider* make();
core_communication::communication_provider* make() { return std::make_unique<communication_feature>().release(); }

}  // namespace fixture::missing_symbol

extern "C" {
__attribute__((used, section(CORE_COMMUNICATION_STAMP_SECTION),
               aligned(4))) static const core_communication::abi_stamp stamp{};
}
