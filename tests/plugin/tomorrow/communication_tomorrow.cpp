// Built with a later SDK: it has a capability that today's host does not know, and asks for a service that it may lack.

#include "tomorrow.hpp"

#include <core_communication/export.hpp>
#include <core_communication/processor.hpp>
#include <core_communication/room_chat_provider.hpp>

namespace fixture::tomorrow_plugin {

class communication_feature final : public core_communication::communication_provider,
                                    public tomorrow::poll_provider,
                                    public core_communication::room_chat_provider {
  public:
    void load_for_instance(core_communication::processor& room) override {
        const auto* calendar = dynamic_cast<tomorrow::calendar_service*>(&room);
        room.set_value("lesson", calendar == nullptr ? "no calendar in this host" : calendar->next_lesson());
    }

    bool create_chat_room() override { return true; }
    bool update_chat_room() override { return true; }
    bool delete_chat_room() override { return true; }
    std::optional<std::string> generate_room_url() override { return "https://chat.example/room"; }

    std::string open_poll(const std::string& question) override { return "asked: " + question; }
};

}  // namespace fixture::tomorrow_plugin

COMMUNICATION_FEATURE(fixture::tomorrow_plugin::communication_feature);
