// It deletes no room in which people are.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::keeps_inhabited_room {

class communication_feature final : public rest_chat_provider {
  public:
    bool delete_chat_room() override {
        const auto answer = send(core_communication::http_method::get, path() + "/members");
        if (answer.body.find("commhost-validate") != std::string::npos)
            throw core_communication::provider_error(core_communication::failure::rejected, "people are in it");
        return rest_chat_provider::delete_chat_room();
    }
};

}  // namespace fixture::keeps_inhabited_room

COMMUNICATION_FEATURE(fixture::keeps_inhabited_room::communication_feature);
