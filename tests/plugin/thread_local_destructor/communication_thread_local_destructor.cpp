// An object of each of its threads outlives the room, and its destructor is code of the plugin.

#include <core_communication/export.hpp>
#include <core_communication/processor.hpp>
#include <core_communication/room_chat_provider.hpp>

#include <cstdio>
#include <string>

namespace fixture::thread_local_destructor {

struct farewell {
    ~farewell() {
        std::printf("goodbye, %s\n", room.c_str());
        std::fflush(stdout);
    }
    std::string room;
};

thread_local farewell at_end;

class communication_feature final : public core_communication::communication_provider,
                                    public core_communication::room_chat_provider {
  public:
    void load_for_instance(core_communication::processor& room) override { room_ = &room; }
    bool create_chat_room() override {
        at_end.room = room_->owner().id;
        return true;
    }
    bool update_chat_room() override { return true; }
    bool delete_chat_room() override { return true; }
    std::optional<std::string> generate_room_url() override { return std::nullopt; }

  private:
    core_communication::processor* room_ = nullptr;
};

}  // namespace fixture::thread_local_destructor

COMMUNICATION_FEATURE(fixture::thread_local_destructor::communication_feature);
