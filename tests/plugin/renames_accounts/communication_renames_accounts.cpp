// Whoever has an account is given another one.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::renames_accounts {

class communication_feature final : public rest_chat_provider {
  public:
    void create_members(users userids) override {
        const auto known = room().accounts(userids);
        rest_chat_provider::create_members(userids);
        for (std::size_t index = 0; index < userids.size(); ++index)
            if (known[index])
                room().set_account(userids[index], *known[index] + "x", core_communication::account_origin::made);
    }
};

}  // namespace fixture::renames_accounts

COMMUNICATION_FEATURE(fixture::renames_accounts::communication_feature);
