// It takes it for a fault that somebody is in the room.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::adds_twice_fails {

class communication_feature final : public rest_chat_provider {
  public:
    void add_members_to_room(users userids) override {
        const auto accounts = room().accounts(userids);
        for (std::size_t index = 0; index < userids.size(); ++index) {
            const auto answer = send(core_communication::http_method::post, path() + "/members",
                                     {{"account", accounts[index].value()}, {"role", role_wanted(userids[index])}});
            try {
                require(answer);
                done(userids[index]);
            } catch (const core_communication::provider_error& refused) {
                if (answer.status != 409) throw;
                room().mark_user_as_failed(userids[index], refused);
            }
        }
    }
};

}  // namespace fixture::adds_twice_fails

COMMUNICATION_FEATURE(fixture::adds_twice_fails::communication_feature);
