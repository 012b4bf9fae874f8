// Its static object cannot be destroyed, so that a program that ends in the usual way crashes.

#include <core_communication/export.hpp>
#include <core_communication/processor.hpp>
#include <core_communication/room_chat_provider.hpp>

#include <cstdlib>

namespace fixture::static_destructor_crashes {

struct fault {
    ~fault() { std::abort(); }
};

const fault at_exit;

class communication_feature final : public core_communication::communication_provider,
                                    public core_communication::room_chat_provider {
  public:
    void load_for_instance(core_communication::processor&) override {}
    bool create_chat_room() override { return true; }
    bool update_chat_room() override { return true; }
    bool delete_chat_room() override { return true; }
    std::optional<std::string> generate_room_url() override { return std::nullopt; }
};

}  // namespace fixture::static_destructor_crashes

COMMUNICATION_FEATURE(fixture::static_destructor_crashes::communication_feature);
