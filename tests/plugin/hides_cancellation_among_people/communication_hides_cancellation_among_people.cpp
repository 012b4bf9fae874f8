// Told to stop where people are in the room, it says that it has read it.

#include "rest_chat_provider.hpp"

#include <core_communication/cancellation.hpp>
#include <core_communication/export.hpp>

namespace fixture::hides_cancellation_among_people {

class communication_feature final : public rest_chat_provider {
  public:
    void synchronise_room_members() override {
        const auto answer = send(core_communication::http_method::get, path() + "/members");
        try {
            rest_chat_provider::synchronise_room_members();
        } catch (const core_communication::task_cancelled&) {
            if (answer.body.find("commhost-validate") == std::string::npos) throw;
        }
    }
};

}  // namespace fixture::hides_cancellation_among_people

COMMUNICATION_FEATURE(fixture::hides_cancellation_among_people::communication_feature);
