// It throws what nobody can know.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::throws_number_in_method {

class communication_feature final : public rest_chat_provider {
  public:
    bool update_chat_room() override { throw 7; }
};

}  // namespace fixture::throws_number_in_method

COMMUNICATION_FEATURE(fixture::throws_number_in_method::communication_feature);
