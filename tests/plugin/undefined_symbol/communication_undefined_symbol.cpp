// It calls a function that nobody defines; linked without -z defs, so that only loading it shows it.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::undefined_symbol {

int forgotten_function(int);

class communication_feature final : public bare_provider {
  public:
    communication_feature() : number_(forgotten_function(1)) {}
    int number() const { return number_; }

  private:
    int number_;
};

}  // namespace fixture::undefined_symbol

COMMUNICATION_FEATURE(fixture::undefined_symbol::communication_feature);
