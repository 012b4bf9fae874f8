// It never comes back when it is to add people.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

#include <unistd.h>

namespace fixture::hangs_in_add {

class communication_feature final : public rest_chat_provider {
  public:
    void add_members_to_room(users) override {
        for (;;) ::pause();
    }
};

}  // namespace fixture::hangs_in_add

COMMUNICATION_FEATURE(fixture::hangs_in_add::communication_feature);
