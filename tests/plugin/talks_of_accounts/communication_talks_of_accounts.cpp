// It says in many words what becomes of the accounts of people who have left.

#include "leavers_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::talks_of_accounts {

class communication_feature final : public leavers_provider {
  public:
    std::string for_leavers() override { return "They are closed!"; }
};

}  // namespace fixture::talks_of_accounts

COMMUNICATION_FEATURE(fixture::talks_of_accounts::communication_feature);
