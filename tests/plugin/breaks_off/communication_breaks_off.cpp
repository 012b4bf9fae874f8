// It breaks its work off as if it had been asked to stop, and nobody has asked.

#include <core_communication/export.hpp>
#include <core_communication/processor.hpp>
#include <core_communication/provider_error.hpp>
#include <core_communication/room_chat_provider.hpp>

namespace fixture::breaks_off {

class communication_feature final : public core_communication::communication_provider,
                                    public core_communication::room_chat_provider {
  public:
    void load_for_instance(core_communication::processor&) override {}

    bool create_chat_room() override { throw core_communication::task_cancelled(); }
    bool update_chat_room() override { return true; }
    bool delete_chat_room() override { return true; }
    std::optional<std::string> generate_room_url() override { return std::nullopt; }
};

}  // namespace fixture::breaks_off

COMMUNICATION_FEATURE(fixture::breaks_off::communication_feature);
