// It says that somebody is done who was not asked about.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::marks_stranger {

class communication_feature final : public rest_chat_provider {
  public:
    void add_members_to_room(users userids) override {
        rest_chat_provider::add_members_to_room(userids);
        done(user_id{4711});
    }
};

}  // namespace fixture::marks_stranger

COMMUNICATION_FEATURE(fixture::marks_stranger::communication_feature);
