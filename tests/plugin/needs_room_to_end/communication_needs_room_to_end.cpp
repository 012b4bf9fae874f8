// Its object can be destroyed only when it has been given a room.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

#include <cstdlib>

namespace fixture::needs_room_to_end {

class communication_feature final : public rest_chat_provider {
  public:
    ~communication_feature() override {
        if (!has_room_) std::abort();
    }
    communication_feature() = default;
    communication_feature(const communication_feature&) = delete;
    communication_feature& operator=(const communication_feature&) = delete;

    void load_for_instance(core_communication::processor& room) override {
        rest_chat_provider::load_for_instance(room);
        has_room_ = true;
    }

  private:
    bool has_room_ = false;
};

}  // namespace fixture::needs_room_to_end

COMMUNICATION_FEATURE(fixture::needs_room_to_end::communication_feature);
