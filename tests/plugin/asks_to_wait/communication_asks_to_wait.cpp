// Its server wants to be asked again in an hour.

#include <core_communication/export.hpp>
#include <core_communication/processor.hpp>
#include <core_communication/provider_error.hpp>
#include <core_communication/room_chat_provider.hpp>

#include <chrono>

namespace fixture::asks_to_wait {

class communication_feature final : public core_communication::communication_provider,
                                    public core_communication::room_chat_provider {
  public:
    void load_for_instance(core_communication::processor&) override {}

    bool create_chat_room() override {
        throw core_communication::provider_error(std::chrono::hours(1), "the server asked to wait");
    }
    bool update_chat_room() override { return true; }
    bool delete_chat_room() override { return true; }
    std::optional<std::string> generate_room_url() override { return std::nullopt; }
};

}  // namespace fixture::asks_to_wait

COMMUNICATION_FEATURE(fixture::asks_to_wait::communication_feature);
