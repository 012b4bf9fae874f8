// It says of each person that the server refused him, and then that the server is away.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

#include <array>
#include <optional>

namespace fixture::blames_each_person {

class communication_feature final : public rest_chat_provider {
  public:
    void remove_members_from_room(users userids) override {
        using core_communication::provider_error;
        std::optional<provider_error> last;
        for (const auto each : userids) {
            try {
                rest_chat_provider::remove_members_from_room(std::array{each});
            } catch (const provider_error& failed) {
                if (failed.kind() != core_communication::failure::unavailable) throw;
                room().mark_user_as_failed(each, provider_error(core_communication::failure::rejected, "refused"));
                last = failed;
            }
        }
        if (last) throw provider_error(*last);
    }
};

}  // namespace fixture::blames_each_person

COMMUNICATION_FEATURE(fixture::blames_each_person::communication_feature);
