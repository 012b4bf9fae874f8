// It does not open the accounts of people who are back.

#include "leavers_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::keeps_accounts_closed {

class communication_feature final : public leavers_provider {
  protected:
    void open(const std::string& /*account*/) const override {}
};

}  // namespace fixture::keeps_accounts_closed

COMMUNICATION_FEATURE(fixture::keeps_accounts_closed::communication_feature);
