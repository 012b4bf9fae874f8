// It writes what is there already.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::writes_when_unchanged {

class communication_feature final : public rest_chat_provider {
  public:
    bool update_chat_room() override {
        const bool is_there = rest_chat_provider::update_chat_room();
        if (is_there) require(send(core_communication::http_method::put, path(), looks()));
        return is_there;
    }
};

}  // namespace fixture::writes_when_unchanged

COMMUNICATION_FEATURE(fixture::writes_when_unchanged::communication_feature);
