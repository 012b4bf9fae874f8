// It leaves a thread behind that waits for ever.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

#include <unistd.h>

#include <thread>

namespace fixture::leaks_thread {

class communication_feature final : public rest_chat_provider {
  public:
    bool create_chat_room() override {
        std::thread([] {
            for (;;) ::pause();
        }).detach();
        return rest_chat_provider::create_chat_room();
    }
};

}  // namespace fixture::leaks_thread

COMMUNICATION_FEATURE(fixture::leaks_thread::communication_feature);
