// It offers to set something right, and leaves it as it is.

#include "limit_repair_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::repairs_nothing {

class communication_feature final : public limit_repair_provider {
  protected:
    void set_right() override {}
};

}  // namespace fixture::repairs_nothing

COMMUNICATION_FEATURE(fixture::repairs_nothing::communication_feature);
