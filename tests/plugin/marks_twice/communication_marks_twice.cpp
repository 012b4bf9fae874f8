// It says twice that somebody is done.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::marks_twice {

class communication_feature final : public rest_chat_provider {
  public:
    void add_members_to_room(users userids) override {
        rest_chat_provider::add_members_to_room(userids);
        if (!userids.empty()) done(userids.front());
    }
};

}  // namespace fixture::marks_twice

COMMUNICATION_FEATURE(fixture::marks_twice::communication_feature);
