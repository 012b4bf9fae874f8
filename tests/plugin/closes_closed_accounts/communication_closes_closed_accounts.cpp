// It closes accounts that are closed already.

#include "leavers_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::closes_closed_accounts {

class communication_feature final : public leavers_provider {
  protected:
    void close(const std::string& account) const override {
        require(send(core_communication::http_method::put, closed(account)));
    }
};

}  // namespace fixture::closes_closed_accounts

COMMUNICATION_FEATURE(fixture::closes_closed_accounts::communication_feature);
