// It is entered as a plugin is and has no ABI stamp.

#include "bare_provider.hpp"

#include <memory>

namespace fixture::no_stamp {

class communication_feature final : public bare_provider {};

}  // namespace fixture::no_stamp

static std::unique_ptr<core_communication::communication_provider> make_feature() {
    return std::make_unique<fixture::no_stamp::communication_feature>();
}

extern "C" {
__attribute__((visibility("default"), used, section("boostdll"))) const void* communication_feature =
    reinterpret_cast<const void*>(&make_feature);
}
