// It makes a room, or looks after it, when a test opens the room's gate, a named pipe, and says in the room's address what it was set to then.

#include <core_communication/export.hpp>
#include <core_communication/processor.hpp>
#include <core_communication/provider_error.hpp>
#include <core_communication/room_archive_provider.hpp>
#include <core_communication/room_chat_provider.hpp>
#include <core_communication/room_user_provider.hpp>
#include <core_communication/user_provider.hpp>

#include <chrono>
#include <cstddef>
#include <fstream>
#include <string>
#include <vector>

namespace fixture::waits_at_gate {

class communication_feature final : public core_communication::communication_provider,
                                    public core_communication::user_provider,
                                    public core_communication::room_chat_provider,
                                    public core_communication::room_user_provider,
                                    public core_communication::room_archive_provider {
  public:
    using users = std::span<const core_communication::user_id>;

    void load_for_instance(core_communication::processor& room) override {
        room_ = &room;
        greeting_ = room.site_settings().text("greeting");
    }

    void create_members(users who) override {
        for (const auto& person : room_->people(who))
            room_->set_account(person.user, person.username, core_communication::account_origin::made);
        room_->mark_users_as_synced(who);
    }

    bool create_chat_room() override {
        // Before it waits it takes as much memory as it is set to, and keeps it.
        const auto mebibytes = static_cast<std::size_t>(room_->site_settings().integer("grows_mib"));
        new std::vector<char>(mebibytes * 1024 * 1024, 'x');
        pass_gate(room_->owner().id);
        return true;
    }
    bool update_chat_room() override {
        pass_gate(room_->owner().id + ".update");
        return true;
    }
    bool delete_chat_room() override { return true; }
    std::optional<std::string> generate_room_url() override { return "https://chat.example.org/" + greeting_; }

    void add_members_to_room(users who) override { room_->mark_users_as_synced(who); }
    void update_room_membership(users who) override { room_->mark_users_as_synced(who); }
    void remove_members_from_room(users who) override { room_->mark_users_as_synced(who); }

    bool archive_chat_room() override { return true; }
    bool restore_chat_room() override { return true; }

  private:
    /// Where there is no such gate it stands open. Whoever opens it may say "wait", which is what a server in distress says.
    void pass_gate(const std::string& name) {
        // Opening a pipe waits for the other side to open it, and reading for the other side to close it.
        std::ifstream gate(room_->site_settings().text("gates") + "/" + name);
        std::string word;
        std::getline(gate, word);
        if (word == "wait")
            throw core_communication::provider_error(std::chrono::hours(24), "the server asked to wait");
    }

    core_communication::processor* room_ = nullptr;
    std::string greeting_;
};

}  // namespace fixture::waits_at_gate

COMMUNICATION_FEATURE(fixture::waits_at_gate::communication_feature);
