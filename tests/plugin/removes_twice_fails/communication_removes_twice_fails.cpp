// It takes it for a fault that somebody is gone.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::removes_twice_fails {

class communication_feature final : public rest_chat_provider {
  public:
    void remove_members_from_room(users userids) override {
        const auto accounts = room().accounts(userids);
        for (std::size_t index = 0; index < userids.size(); ++index) {
            const auto answer = send(core_communication::http_method::delete_, member_path(accounts[index].value()));
            try {
                require(answer);
                done(userids[index]);
            } catch (const core_communication::provider_error& refused) {
                if (answer.status != 404) throw;
                room().mark_user_as_failed(userids[index], refused);
            }
        }
    }
};

}  // namespace fixture::removes_twice_fails

COMMUNICATION_FEATURE(fixture::removes_twice_fails::communication_feature);
