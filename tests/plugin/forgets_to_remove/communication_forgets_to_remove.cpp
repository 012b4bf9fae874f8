// It leaves everybody in the room.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::forgets_to_remove {

class communication_feature final : public rest_chat_provider {
  public:
    void remove_members_from_room(users userids) override {
        require(send(core_communication::http_method::get, path()));
        room().mark_users_as_synced(userids);
    }
};

}  // namespace fixture::forgets_to_remove

COMMUNICATION_FEATURE(fixture::forgets_to_remove::communication_feature);
