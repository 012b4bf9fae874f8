// Its server deletes a room while others wait: it is gone when it is asked the second time.

#include <core_communication/export.hpp>
#include <core_communication/processor.hpp>
#include <core_communication/room_chat_provider.hpp>

namespace fixture::deletes_slowly {

class communication_feature final : public core_communication::communication_provider,
                                    public core_communication::room_chat_provider {
  public:
    void load_for_instance(core_communication::processor& room) override { room_ = &room; }

    bool create_chat_room() override { return true; }
    bool update_chat_room() override { return true; }
    bool delete_chat_room() override {
        if (room_->value("deleting")) return true;
        room_->set_value("deleting", "yes");
        return false;
    }
    std::optional<std::string> generate_room_url() override { return std::nullopt; }

  private:
    core_communication::processor* room_ = nullptr;
};

}  // namespace fixture::deletes_slowly

COMMUNICATION_FEATURE(fixture::deletes_slowly::communication_feature);
