// It needs a library that is not where libraries are looked for.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

int function_of_a_missing_library();

namespace fixture::missing_library {

class communication_feature final : public bare_provider {
  public:
    communication_feature() : number_(function_of_a_missing_library()) {}
    int number() const { return number_; }

  private:
    int number_;
};

}  // namespace fixture::missing_library

COMMUNICATION_FEATURE(fixture::missing_library::communication_feature);
