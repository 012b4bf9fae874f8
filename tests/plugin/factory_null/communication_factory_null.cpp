// Its factory gives no object. Written by hand, since COMMUNICATION_FEATURE writes none that does that.

#include "bare_provider.hpp"

#include <core_communication/abi_stamp.hpp>

#include <cstdlib>
#include <memory>

namespace fixture::factory_null {

class communication_feature final : public bare_provider {};

}  // namespace fixture::factory_null

static std::unique_ptr<core_communication::communication_provider> make_feature() {
    if (std::getenv("FIXTURE_THAT_NOBODY_SETS") == nullptr) return nullptr;
    return std::make_unique<fixture::factory_null::communication_feature>();
}

extern "C" {
__attribute__((visibility("default"), used, section("boostdll"))) const void* communication_feature =
    reinterpret_cast<const void*>(&make_feature);
__attribute__((used, section(CORE_COMMUNICATION_STAMP_SECTION),
               aligned(4))) static const core_communication::abi_stamp stamp{};
}
