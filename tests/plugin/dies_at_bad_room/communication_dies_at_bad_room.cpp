// It makes every room but "Room bad", at which it ends the process by a signal, and "Room deep", at which it calls itself without end.

#include <core_communication/export.hpp>
#include <core_communication/processor.hpp>
#include <core_communication/room_chat_provider.hpp>

#include <cstdlib>

namespace fixture::dies_at_bad_room {

class communication_feature final : public core_communication::communication_provider,
                                    public core_communication::room_chat_provider {
  public:
    void load_for_instance(core_communication::processor& room) override { room_ = &room; }

    bool create_chat_room() override {
        if (room_->wanted_room().name == "Room bad") std::abort();
        if (room_->wanted_room().name == "Room deep") call_again(0);
        return true;
    }
    bool update_chat_room() override { return true; }
    bool delete_chat_room() override { return true; }
    std::optional<std::string> generate_room_url() override { return std::nullopt; }

    static int call_again(int number) {  // NOLINT(misc-no-recursion): its fault
        volatile char frame[4096] = {};
        if (number < 0) return 0;  // never, which the compiler does not know
        frame[0] = static_cast<char>(number);
        return call_again(number + 1) + frame[0];
    }

  private:
    core_communication::processor* room_ = nullptr;
};

}  // namespace fixture::dies_at_bad_room

COMMUNICATION_FEATURE(fixture::dies_at_bad_room::communication_feature);
