// It makes a room when a test opens the room's gate, a named pipe, and says in the room's address what it was set to then.

#include <core_communication/export.hpp>
#include <core_communication/processor.hpp>
#include <core_communication/room_chat_provider.hpp>

#include <cstddef>
#include <fstream>
#include <string>
#include <vector>

namespace fixture::waits_at_gate {

class communication_feature final : public core_communication::communication_provider,
                                    public core_communication::room_chat_provider {
  public:
    void load_for_instance(core_communication::processor& room) override {
        room_ = &room;
        greeting_ = room.site_settings().text("greeting");
    }

    bool create_chat_room() override {
        // Before it waits it takes as much memory as it is set to, and keeps it.
        const auto mebibytes = static_cast<std::size_t>(room_->site_settings().integer("grows_mib"));
        new std::vector<char>(mebibytes * 1024 * 1024, 'x');
        // Opening a pipe waits for the other side to open it, and reading for the other side to close it.
        std::ifstream gate(room_->site_settings().text("gates") + "/" + room_->owner().id);
        std::string nothing;
        std::getline(gate, nothing);
        return true;
    }
    bool update_chat_room() override { return true; }
    bool delete_chat_room() override { return true; }
    std::optional<std::string> generate_room_url() override { return "https://chat.example.org/" + greeting_; }

  private:
    core_communication::processor* room_ = nullptr;
    std::string greeting_;
};

}  // namespace fixture::waits_at_gate

COMMUNICATION_FEATURE(fixture::waits_at_gate::communication_feature);
