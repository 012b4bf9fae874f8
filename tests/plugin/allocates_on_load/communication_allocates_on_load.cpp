// It takes all the memory there is while it is loaded.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

#include <cstring>
#include <memory>
#include <vector>

namespace fixture::allocates_on_load {

struct fault {
    fault() {
        constexpr std::size_t piece = 16UL << 20U;
        std::vector<std::unique_ptr<char[]>> all;
        for (;;) {
            all.push_back(std::make_unique<char[]>(piece));
            std::memset(all.back().get(), 1, piece);
        }
    }
};

const fault at_load;

class communication_feature final : public bare_provider {};

}  // namespace fixture::allocates_on_load

COMMUNICATION_FEATURE(fixture::allocates_on_load::communication_feature);
