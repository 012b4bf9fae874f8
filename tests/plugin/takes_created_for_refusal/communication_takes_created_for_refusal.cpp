// It takes an answer of 201 for a refusal.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::takes_created_for_refusal {

class communication_feature final : public rest_chat_provider {
  public:
    void create_members(users userids) override {
        const auto answer = send(core_communication::http_method::put, "/accounts/commhost-validate-1");
        if (answer.status == 201)
            throw core_communication::provider_error(core_communication::failure::rejected, "the server answers 201");
        rest_chat_provider::create_members(userids);
    }
};

}  // namespace fixture::takes_created_for_refusal

COMMUNICATION_FEATURE(fixture::takes_created_for_refusal::communication_feature);
