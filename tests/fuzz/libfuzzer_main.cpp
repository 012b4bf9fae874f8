#include "target.hpp"

#include <cstddef>
#include <cstdint>

// libFuzzer's own main calls it (https://llvm.org/docs/LibFuzzer.html, "Fuzz Target").
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    commhost::fuzz::run({reinterpret_cast<const char*>(bytes), size});
    return 0;
}
