// It writes to standard output.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

#include <cstdio>

namespace fixture::prints {

class communication_feature final : public rest_chat_provider {
  public:
    bool create_chat_room() override {
        std::puts("a room!");
        return rest_chat_provider::create_chat_room();
    }
};

}  // namespace fixture::prints

COMMUNICATION_FEATURE(fixture::prints::communication_feature);
