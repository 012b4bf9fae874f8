// It leaves the roles of those who are in the room as they are.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::forgets_roles {

class communication_feature final : public rest_chat_provider {
  public:
    void update_room_membership(users userids) override {
        require(send(core_communication::http_method::get, path()));
        room().mark_users_as_synced(userids);
    }
};

}  // namespace fixture::forgets_roles

COMMUNICATION_FEATURE(fixture::forgets_roles::communication_feature);
