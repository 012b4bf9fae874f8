// It is the Matrix plugin, and crashes when it is to add people to one room, of which that is known by its name.

#include "matrix_provider.hpp"

#include <core_communication/export.hpp>

#include <cstdlib>

namespace fixture::crashes_at_one_room {

class communication_feature final : public matrix_provider {
  public:
    void add_members_to_room(users userids) override {
        if (is_the_room()) std::abort();
        matrix_provider::add_members_to_room(userids);
    }
};

}  // namespace fixture::crashes_at_one_room

COMMUNICATION_FEATURE(fixture::crashes_at_one_room::communication_feature);
