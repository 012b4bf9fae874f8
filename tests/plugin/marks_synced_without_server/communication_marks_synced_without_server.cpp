// It says that people are out of the room, whatever the server says.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::marks_synced_without_server {

class communication_feature final : public rest_chat_provider {
  public:
    void remove_members_from_room(users userids) override {
        const auto accounts = room().accounts(userids);
        for (std::size_t index = 0; index < userids.size(); ++index) {
            try {
                send(core_communication::http_method::delete_, member_path(accounts[index].value()));
            } catch (const core_communication::provider_error&) {
                room().log().log(core_communication::log_level::info, "later, perhaps");
            }
            done(userids[index]);
        }
    }
};

}  // namespace fixture::marks_synced_without_server

COMMUNICATION_FEATURE(fixture::marks_synced_without_server::communication_feature);
