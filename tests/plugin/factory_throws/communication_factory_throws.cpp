// Its factory throws.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

#include <stdexcept>

namespace fixture::factory_throws {

class communication_feature final : public bare_provider {
  public:
    communication_feature() { throw std::runtime_error("no licence found"); }
};

}  // namespace fixture::factory_throws

COMMUNICATION_FEATURE(fixture::factory_throws::communication_feature);
