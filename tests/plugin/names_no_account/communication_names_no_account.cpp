// It gives somebody an account that is too long.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::names_no_account {

class communication_feature final : public rest_chat_provider {
  public:
    void create_members(users userids) override {
        rest_chat_provider::create_members(userids);
        for (const auto user : userids)
            room().set_account(user, std::string(256, 'a'), core_communication::account_origin::found);
    }
};

}  // namespace fixture::names_no_account

COMMUNICATION_FEATURE(fixture::names_no_account::communication_feature);
