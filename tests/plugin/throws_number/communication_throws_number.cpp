// Its factory throws something that is no exception class.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::throws_number {

class communication_feature final : public bare_provider {
  public:
    communication_feature() { throw 42; }
};

}  // namespace fixture::throws_number

COMMUNICATION_FEATURE(fixture::throws_number::communication_feature);
