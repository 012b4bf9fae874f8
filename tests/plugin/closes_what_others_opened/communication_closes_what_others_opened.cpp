// An object that was never given a room closes every open file but the first three when it goes.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

#include <unistd.h>

namespace fixture::closes_what_others_opened {

class communication_feature final : public rest_chat_provider {
  public:
    ~communication_feature() override {
        if (!has_room_) ::close_range(3, ~0U, 0);
    }

    void load_for_instance(core_communication::processor& room) override {
        has_room_ = true;
        rest_chat_provider::load_for_instance(room);
    }

  private:
    bool has_room_ = false;
};

}  // namespace fixture::closes_what_others_opened

COMMUNICATION_FEATURE(fixture::closes_what_others_opened::communication_feature);
