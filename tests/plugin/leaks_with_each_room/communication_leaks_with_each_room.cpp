// It is the Matrix plugin, and forgets 16 MiB with each room.

#include "matrix_provider.hpp"

#include <core_communication/export.hpp>

#include <vector>

namespace fixture::leaks_with_each_room {

class communication_feature final : public matrix_provider {
  public:
    bool create_chat_room() override {
        new std::vector<char>(16UL * 1024 * 1024, 'x');
        return matrix_provider::create_chat_room();
    }
};

}  // namespace fixture::leaks_with_each_room

COMMUNICATION_FEATURE(fixture::leaks_with_each_room::communication_feature);
