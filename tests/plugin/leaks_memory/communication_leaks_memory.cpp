// It forgets memory with each room.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::leaks_memory {

class communication_feature final : public rest_chat_provider {
  public:
    bool create_chat_room() override {
        constexpr std::size_t size = 4096;
        // Volatile, lest the compiler sees that nobody uses it.
        auto* volatile forgotten = new char[size];
        forgotten[0] = 1;
        return rest_chat_provider::create_chat_room();
    }
};

}  // namespace fixture::leaks_memory

COMMUNICATION_FEATURE(fixture::leaks_memory::communication_feature);
