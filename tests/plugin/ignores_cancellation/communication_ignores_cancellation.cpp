// It takes a cancellation for an outage, and goes on.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::ignores_cancellation {

class communication_feature final : public rest_chat_provider {
  public:
    void remove_members_from_room(users userids) override {
        const auto accounts = room().accounts(userids);
        for (std::size_t index = 0; index < userids.size(); ++index) {
            try {
                const auto answer =
                    send(core_communication::http_method::delete_, member_path(accounts[index].value()));
                if (answer.status != 404) require(answer);
                done(userids[index]);
            } catch (const core_communication::task_cancelled&) {
                room().log().log(core_communication::log_level::warning, "the next one, then");
            }
        }
    }
};

}  // namespace fixture::ignores_cancellation

COMMUNICATION_FEATURE(fixture::ignores_cancellation::communication_feature);
