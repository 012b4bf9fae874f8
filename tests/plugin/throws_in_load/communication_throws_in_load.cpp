// It gives up where it is only to remember its room.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

#include <stdexcept>

namespace fixture::throws_in_load {

class communication_feature final : public rest_chat_provider {
  public:
    void load_for_instance(core_communication::processor&) override { throw std::runtime_error("no licence found"); }
};

}  // namespace fixture::throws_in_load

COMMUNICATION_FEATURE(fixture::throws_in_load::communication_feature);
