// It never changes a name.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::forgets_name {

class communication_feature final : public rest_chat_provider {
  public:
    bool update_chat_room() override {
        const auto answer = send(core_communication::http_method::get, path());
        if (answer.status == 404) return false;
        require(answer);
        return true;
    }
};

}  // namespace fixture::forgets_name

COMMUNICATION_FEATURE(fixture::forgets_name::communication_feature);
