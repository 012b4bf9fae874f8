// What it had not finished keeps it from beginning again.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::stumbles_when_interrupted {

class communication_feature final : public rest_chat_provider {
  public:
    void add_members_to_room(users userids) override { once(userids); }
    void update_room_membership(users userids) override { once(userids); }

  private:
    void once(users userids) {
        if (room().value("under_way"))
            throw core_communication::provider_error(core_communication::failure::conflict, "it is under way already");
        room().set_value("under_way", "1");
        put(userids);
        room().erase_value("under_way");
    }
};

}  // namespace fixture::stumbles_when_interrupted

COMMUNICATION_FEATURE(fixture::stumbles_when_interrupted::communication_feature);
