// Nothing is wrong with this one: it closes the accounts of people who have left, and opens them again.

#include "leavers_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::closes_accounts {

class communication_feature final : public leavers_provider {};

}  // namespace fixture::closes_accounts

COMMUNICATION_FEATURE(fixture::closes_accounts::communication_feature);
