// No fault: its server is read by POST.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::reads_by_post {

class communication_feature final : public rest_chat_provider {
  public:
    bool update_chat_room() override {
        auto question = request(core_communication::http_method::post, path() + "/look");
        question.repeatable = true;
        room().http().send(question);
        return rest_chat_provider::update_chat_room();
    }
};

}  // namespace fixture::reads_by_post

COMMUNICATION_FEATURE(fixture::reads_by_post::communication_feature);
