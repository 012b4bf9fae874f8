// It says nothing of the accounts of people who have left.

#include "leavers_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::forgets_accounts {

class communication_feature final : public leavers_provider {
  public:
    void update_accounts(std::span<const core_communication::account_standing> /*accounts*/) override {}
};

}  // namespace fixture::forgets_accounts

COMMUNICATION_FEATURE(fixture::forgets_accounts::communication_feature);
