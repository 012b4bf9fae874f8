// Nothing is wrong with this one: asked once to erase somebody it has begun, asked again it is done.
//
// It keeps in each room and for the site who is there. The account "@keeper" is one that it refuses to erase, and "@denied" one at
// which its server answers only that it does not want to; of "@prolix" it says so at such length that it is cut. Of "@away", "@crasher", "@hanger", "@garbled" and "@chatty" it cannot
// tell what its server holds: the server is away, it dies, it never answers, it says what is no JSON, or too much. "@gate" it erases at
// once, when a test opens the gate, a named pipe. A room for "@wordy" cannot be made, which it says at length, too.

#include <core_communication/export.hpp>
#include <core_communication/privacy_provider.hpp>
#include <core_communication/processor.hpp>
#include <core_communication/provider_error.hpp>
#include <core_communication/room_chat_provider.hpp>
#include <core_communication/room_user_provider.hpp>
#include <core_communication/user_provider.hpp>

#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace fixture::erases_people {

class communication_feature final : public core_communication::communication_provider,
                                    public core_communication::user_provider,
                                    public core_communication::room_chat_provider,
                                    public core_communication::room_user_provider,
                                    public core_communication::privacy_provider {
  public:
    using users = std::span<const core_communication::user_id>;

    void load_for_instance(core_communication::processor& room) override { room_ = &room; }

    void create_members(users who) override {
        for (const auto& person : room_->people(who)) {
            room_->set_account(person.user, "@" + person.username, core_communication::account_origin::made);
            room_->mark_users_as_synced(std::array{person.user});
        }
    }

    bool create_chat_room() override {
        std::vector<core_communication::user_id> wanted;
        for (const auto& each : room_->wanted_members()) wanted.push_back(each.user);
        for (const auto& account : room_->accounts(wanted))
            if (account == "@wordy")
                throw core_communication::provider_error(core_communication::failure::rejected, at_length(*account));
        return true;
    }
    bool update_chat_room() override { return true; }
    bool delete_chat_room() override { return true; }
    std::optional<std::string> generate_room_url() override { return std::nullopt; }

    void add_members_to_room(users who) override {
        std::string names, seen;
        for (const auto& account : room_->accounts(who)) {
            names += (names.empty() ? "\"" : ",\"") + account.value() + "\"";
            seen += account.value() + " 17\n";
        }
        room_->set_value("members", "[" + names + "]");
        room_->set_site_value("seen", seen);
        room_->mark_users_as_synced(who);
    }
    void update_room_membership(users who) override { room_->mark_users_as_synced(who); }
    void remove_members_from_room(users who) override { room_->mark_users_as_synced(who); }

    std::vector<core_communication::personal_record> export_user_data(core_communication::user_id user) override {
        const auto account = room_->accounts(std::array{user}).at(0).value();
        if (account == "@away")
            throw core_communication::provider_error(core_communication::failure::unavailable, "the server is away");
        if (account == "@crasher") std::abort();
        while (account == "@hanger") ::pause();
        if (account == "@garbled") return {{"messages", "three"}};
        if (account == "@chatty") return {{"messages", "\"" + std::string(5'000'000, 'x') + "\""}};
        return {{"username", "\"" + account + "\""}, {"messages", "[1,2.5,null]"}};
    }

    bool delete_user_data(core_communication::user_id user) override {
        static std::atomic<int> asked{0};
        const auto account = room_->accounts(std::array{user}).at(0);
        if (!account) throw core_communication::provider_error(core_communication::failure::invalid, "no account");
        if (*account == "@keeper")
            throw core_communication::provider_error(core_communication::failure::conflict,
                                                     *account + " is an admin's");
        if (*account == "@denied")
            throw core_communication::provider_error(core_communication::failure::rejected,
                                                     "the server does not want to erase " + *account);
        if (*account == "@prolix")
            throw core_communication::provider_error(core_communication::failure::rejected, at_length(*account));
        // Opening a pipe waits for the other side to open it, and reading for the other side to close it.
        if (*account == "@gate") std::ifstream(room_->site_settings().text("gate")).get();
        const bool is_done = *account == "@gate" || ++asked > 1;
        room_->log().log(core_communication::log_level::debug, (is_done ? "erased " : "erasing ") + *account);
        return is_done;
    }

  private:
    static std::string at_length(const std::string& account) {
        std::string why;
        for (int times = 0; times < 200; ++times) why += account + " ";
        return why;
    }

    core_communication::processor* room_ = nullptr;
};

}  // namespace fixture::erases_people

COMMUNICATION_FEATURE(fixture::erases_people::communication_feature);
