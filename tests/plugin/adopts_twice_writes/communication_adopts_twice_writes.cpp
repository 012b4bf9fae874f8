// It takes over a room that is its own already.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::adopts_twice_writes {

class communication_feature final : public rest_chat_provider {
  public:
    void adopt_chat_room(std::string_view address) override {
        rest_chat_provider::adopt_chat_room(address);
        require(send(core_communication::http_method::put, path(), looks()));
    }
};

}  // namespace fixture::adopts_twice_writes

COMMUNICATION_FEATURE(fixture::adopts_twice_writes::communication_feature);
