// As soon as any of its code runs, it leaves a file that says so. Else it can what waits_at_gate can.

#include "told_path.hpp"

#include <core_communication/export.hpp>
#include <core_communication/processor.hpp>
#include <core_communication/room_archive_provider.hpp>
#include <core_communication/room_chat_provider.hpp>
#include <core_communication/room_user_provider.hpp>
#include <core_communication/user_provider.hpp>

#include <fstream>

namespace fixture::marks_its_run {

struct mark {
    mark() { std::ofstream(told_path()) << "it ran\n"; }
};

const mark at_load;

class communication_feature final : public core_communication::communication_provider,
                                    public core_communication::user_provider,
                                    public core_communication::room_chat_provider,
                                    public core_communication::room_user_provider,
                                    public core_communication::room_archive_provider {
  public:
    using users = std::span<const core_communication::user_id>;

    void load_for_instance(core_communication::processor&) override {}
    bool create_chat_room() override { return true; }
    bool update_chat_room() override { return true; }
    bool delete_chat_room() override { return true; }
    std::optional<std::string> generate_room_url() override { return "https://chat.example.org/unchecked"; }
    void create_members(users) override {}
    void add_members_to_room(users) override {}
    void update_room_membership(users) override {}
    void remove_members_from_room(users) override {}
    bool archive_chat_room() override { return true; }
    bool restore_chat_room() override { return true; }
};

}  // namespace fixture::marks_its_run

COMMUNICATION_FEATURE(fixture::marks_its_run::communication_feature);
