// It keeps something for a room where there is none.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::diagnosis_stores {

class communication_feature final : public rest_chat_provider {
  public:
    std::vector<core_communication::diagnosis> diagnose() override {
        room().set_value("diagnosed", "1");
        return rest_chat_provider::diagnose();
    }
};

}  // namespace fixture::diagnosis_stores

COMMUNICATION_FEATURE(fixture::diagnosis_stores::communication_feature);
