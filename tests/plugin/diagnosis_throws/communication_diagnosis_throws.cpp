// It throws where it is to say that the server is away.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::diagnosis_throws {

class communication_feature final : public rest_chat_provider {
  public:
    std::vector<core_communication::diagnosis> diagnose() override {
        require(send(core_communication::http_method::get, "/"));
        return {{"address", core_communication::diagnosis_outcome::passed, "the server answers", ""}};
    }
};

}  // namespace fixture::diagnosis_throws

COMMUNICATION_FEATURE(fixture::diagnosis_throws::communication_feature);
