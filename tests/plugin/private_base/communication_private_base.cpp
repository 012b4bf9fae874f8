// It has a capability privately, which the SDK's macro would have refused, so that no host finds it.

#include <core_communication/export.hpp>
#include <core_communication/room_chat_provider.hpp>

namespace fixture::private_base {

class communication_feature final : public core_communication::communication_provider,
                                    core_communication::room_chat_provider {
  public:
    void load_for_instance(core_communication::processor&) override {}
    bool create_chat_room() override { return true; }
    bool update_chat_room() override { return true; }
    bool delete_chat_room() override { return true; }
    std::optional<std::string> generate_room_url() override { return std::nullopt; }
};

}  // namespace fixture::private_base

CORE_COMMUNICATION_EXPORT_FEATURE(fixture::private_base::communication_feature)
