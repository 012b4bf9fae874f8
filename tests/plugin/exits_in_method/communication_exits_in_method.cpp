// It ends the process that it is in.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

#include <cstdlib>

namespace fixture::exits_in_method {

class communication_feature final : public rest_chat_provider {
  public:
    bool update_chat_room() override { std::_Exit(0); }
};

}  // namespace fixture::exits_in_method

COMMUNICATION_FEATURE(fixture::exits_in_method::communication_feature);
