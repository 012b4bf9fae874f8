// Its server never says that the room is there.

#include <core_communication/export.hpp>
#include <core_communication/room_chat_provider.hpp>

namespace fixture::takes_its_time {

class communication_feature final : public core_communication::communication_provider,
                                    public core_communication::room_chat_provider {
  public:
    void load_for_instance(core_communication::processor&) override {}

    bool create_chat_room() override { return false; }
    bool update_chat_room() override { return false; }
    bool delete_chat_room() override { return true; }
    std::optional<std::string> generate_room_url() override { return std::nullopt; }
};

}  // namespace fixture::takes_its_time

COMMUNICATION_FEATURE(fixture::takes_its_time::communication_feature);
