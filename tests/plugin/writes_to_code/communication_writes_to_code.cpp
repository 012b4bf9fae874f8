// Its code holds an address, which the loader writes while it loads it.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::writes_to_code {

int target = 0;

__asm__(".pushsection .text\n.balign 8\n.quad _ZN7fixture14writes_to_code6targetE\n.popsection");

class communication_feature final : public bare_provider {};

}  // namespace fixture::writes_to_code

COMMUNICATION_FEATURE(fixture::writes_to_code::communication_feature);
