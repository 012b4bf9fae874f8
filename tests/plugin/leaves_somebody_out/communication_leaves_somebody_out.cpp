// It says nothing of the last of those whom it is to add.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::leaves_somebody_out {

class communication_feature final : public rest_chat_provider {
  public:
    void add_members_to_room(users userids) override { put(userids.first(userids.size() - 1)); }
};

}  // namespace fixture::leaves_somebody_out

COMMUNICATION_FEATURE(fixture::leaves_somebody_out::communication_feature);
