// It asks the host on a thread of its own.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

#include <thread>

namespace fixture::uses_other_thread {

class communication_feature final : public rest_chat_provider {
  public:
    std::optional<std::string> generate_room_url() override {
        std::optional<std::string> url;
        std::thread([&] { url = rest_chat_provider::generate_room_url(); }).join();
        return url;
    }
};

}  // namespace fixture::uses_other_thread

COMMUNICATION_FEATURE(fixture::uses_other_thread::communication_feature);
