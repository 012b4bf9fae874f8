// Its factory asks for more memory than a probe may have.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

#include <vector>

namespace fixture::eats_memory {

class communication_feature final : public bare_provider {
  public:
    communication_feature() : much_(std::size_t{2} * 1024 * 1024 * 1024) {}

  private:
    std::vector<char> much_;
};

}  // namespace fixture::eats_memory

COMMUNICATION_FEATURE(fixture::eats_memory::communication_feature);
