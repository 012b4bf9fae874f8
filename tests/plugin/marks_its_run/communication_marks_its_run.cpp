// As soon as any of its code runs, it leaves a file that says so. Else it is as good as others.

#include "told_path.hpp"

#include <core_communication/export.hpp>
#include <core_communication/processor.hpp>
#include <core_communication/room_chat_provider.hpp>

#include <fstream>

namespace fixture::marks_its_run {

struct mark {
    mark() { std::ofstream(told_path()) << "it ran\n"; }
};

const mark at_load;

class communication_feature final : public core_communication::communication_provider,
                                    public core_communication::room_chat_provider {
  public:
    void load_for_instance(core_communication::processor&) override {}
    bool create_chat_room() override { return true; }
    bool update_chat_room() override { return true; }
    bool delete_chat_room() override { return true; }
    std::optional<std::string> generate_room_url() override { return "https://chat.example.org/unchecked"; }
};

}  // namespace fixture::marks_its_run

COMMUNICATION_FEATURE(fixture::marks_its_run::communication_feature);
