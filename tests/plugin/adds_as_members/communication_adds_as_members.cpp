// Whoever comes into the room comes as a member, whatever the role.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::adds_as_members {

class communication_feature final : public rest_chat_provider {
  public:
    void add_members_to_room(users userids) override {
        const auto accounts = room().accounts(userids);
        for (std::size_t index = 0; index < userids.size(); ++index) {
            require(
                send(core_communication::http_method::put, member_path(accounts[index].value()), {{"role", "member"}}));
            done(userids[index]);
        }
    }
};

}  // namespace fixture::adds_as_members

COMMUNICATION_FEATURE(fixture::adds_as_members::communication_feature);
