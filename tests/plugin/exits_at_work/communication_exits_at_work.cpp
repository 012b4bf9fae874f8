// In the middle of a room it ends the process without a word, with the status that it is set to.

#include <core_communication/export.hpp>
#include <core_communication/processor.hpp>
#include <core_communication/room_chat_provider.hpp>

#include <unistd.h>

namespace fixture::exits_at_work {

class communication_feature final : public core_communication::communication_provider,
                                    public core_communication::room_chat_provider {
  public:
    void load_for_instance(core_communication::processor& room) override { room_ = &room; }

    bool create_chat_room() override { ::_exit(static_cast<int>(room_->site_settings().integer("status"))); }
    bool update_chat_room() override { return true; }
    bool delete_chat_room() override { return true; }
    std::optional<std::string> generate_room_url() override { return std::nullopt; }

  private:
    core_communication::processor* room_ = nullptr;
};

}  // namespace fixture::exits_at_work

COMMUNICATION_FEATURE(fixture::exits_at_work::communication_feature);
