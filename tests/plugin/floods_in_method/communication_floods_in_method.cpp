// It writes to standard output and finds no end.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

#include <cstdio>

namespace fixture::floods_in_method {

class communication_feature final : public rest_chat_provider {
  public:
    bool create_chat_room() override {
        while (std::puts("a room!") >= 0) {}
        return false;
    }
};

}  // namespace fixture::floods_in_method

COMMUNICATION_FEATURE(fixture::floods_in_method::communication_feature);
