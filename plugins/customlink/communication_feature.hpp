#pragma once

#include <core_communication/communication_provider.hpp>
#include <core_communication/processor.hpp>
#include <core_communication/room_chat_provider.hpp>

namespace communication_customlink {

/// A room that is nothing but the address in the room setting "url".
class communication_feature final : public core_communication::communication_provider,
                                    public core_communication::room_chat_provider {
  public:
    void load_for_instance(core_communication::processor& room) override { room_ = &room; }

    bool create_chat_room() override;
    bool update_chat_room() override;
    bool delete_chat_room() override;
    std::optional<std::string> generate_room_url() override;

  private:
    core_communication::processor* room_ = nullptr;
};

}  // namespace communication_customlink
