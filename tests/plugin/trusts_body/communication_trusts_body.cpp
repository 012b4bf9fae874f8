// It looks at the first byte of an answer that may have none.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::trusts_body {

class communication_feature final : public rest_chat_provider {
  public:
    bool update_chat_room() override {
        const auto answer = send(core_communication::http_method::get, path());
        if (answer.body.at(0) == '<') room().log().log(core_communication::log_level::info, "a page for people");
        return rest_chat_provider::update_chat_room();
    }
};

}  // namespace fixture::trusts_body

COMMUNICATION_FEATURE(fixture::trusts_body::communication_feature);
