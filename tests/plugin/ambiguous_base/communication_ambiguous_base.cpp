// It has a capability twice, by two ways, which the SDK's macro would have refused, so that no host knows which is meant.

#include <core_communication/export.hpp>
#include <core_communication/room_chat_provider.hpp>

namespace fixture::ambiguous_base {

class lessons : public core_communication::room_chat_provider {};
class teams : public core_communication::room_chat_provider {};

class communication_feature final : public core_communication::communication_provider, public lessons, public teams {
  public:
    void load_for_instance(core_communication::processor&) override {}
    bool create_chat_room() override { return true; }
    bool update_chat_room() override { return true; }
    bool delete_chat_room() override { return true; }
    std::optional<std::string> generate_room_url() override { return std::nullopt; }
};

}  // namespace fixture::ambiguous_base

CORE_COMMUNICATION_EXPORT_FEATURE(fixture::ambiguous_base::communication_feature)
