// All its objects work on the room that one of them was given last.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

#include <atomic>
#include <string>

namespace fixture::mixes_rooms {

std::atomic<core_communication::processor*> last = nullptr;

class communication_feature final : public rest_chat_provider {
  public:
    void load_for_instance(core_communication::processor& room) override {
        rest_chat_provider::load_for_instance(room);
        last = &room;
    }

  protected:
    std::string path() const override { return "/rooms/" + std::string(last.load()->room_key()); }
};

}  // namespace fixture::mixes_rooms

COMMUNICATION_FEATURE(fixture::mixes_rooms::communication_feature);
