#pragma once

#include "communication/provider_interfaces.hpp"

#include <core_communication/communication_provider.hpp>
#include <core_communication/processor.hpp>
#include <core_communication/room_adopt_provider.hpp>
#include <core_communication/room_chat_provider.hpp>
#include <core_communication/room_user_provider.hpp>
#include <core_communication/synchronise_provider.hpp>
#include <core_communication/user_provider.hpp>

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace commhost::test {

/// A chat server that lives in memory, with the faults that a test asks of it. It counts what is written to it.
struct fake_server {
    struct room {
        core_communication::room_properties properties;
        std::map<std::string, core_communication::room_role> members;
        std::map<std::string, core_communication::presence> others;  ///< Invited, left, banned.
    };

    std::map<std::string, std::string> accounts;  ///< display name by account
    std::map<std::string, room> rooms;            ///< by room key
    std::map<std::string, room> others_rooms;     ///< by address; one that is adopted moves to rooms
    int adoptions_left_unfinished = 0;            ///< So many of them are done, and then the server is gone.

    std::set<std::string> refused_usernames;  ///< Nobody of that name gets an account.
    core_communication::failure usernames_refused_as = core_communication::failure::rejected;
    std::set<std::string> refused_members;  ///< These accounts cannot be put into a room.
    std::set<std::string> refused_lists;    ///< A call with one of these accounts is refused as a whole.
    core_communication::failure refused_as = core_communication::failure::rejected;
    std::atomic<int> calls = 0;  ///< Of add_members_to_room and remove_members_from_room.
    /// Accounts that were there before: found, and left as they are.
    std::set<std::string> foreign_accounts;
    std::set<std::string> silent_about;                      ///< The plugin says nothing about these accounts.
    bool silent_about_accounts = false;                      ///< Nor does it when it is to make them.
    std::optional<core_communication::failure> no_accounts;  ///< Why it can make none at all.
    bool is_away = false;                                    ///< Nothing gets through.
    int calls_while_away = 0;
    bool read_is_complete = true;
    std::set<std::string> unread;  ///< These accounts are in no read.
    bool room_takes_time = false;
    /// After so many further writes every write fails as if the server were gone; negative: never.
    int writes_left = -1;

    std::set<std::string> taken_out;  ///< Every account that was ever taken out of a room by the plugin.

    std::atomic<int> writes = 0;
    std::atomic<int> account_writes = 0;
    std::atomic<int> reads = 0;
    std::mutex mutex;  ///< Of accounts and rooms.

    /// Runs in the first call of create_members, before anything is done.
    std::function<void()> on_first_accounts;
    std::once_flag first_accounts;

    /// Runs in each call of create_members, before anything is done.
    std::function<void()> on_accounts;

    void write() {
        if (writes_left == 0)
            throw core_communication::provider_error(core_communication::failure::unavailable, "the server is gone");
        if (writes_left > 0) --writes_left;
        ++writes;
    }

    /// Each call of the plugin begins with it.
    void reach() {
        if (!is_away) return;
        ++calls_while_away;
        throw core_communication::provider_error(core_communication::failure::unavailable, "the server is away");
    }
};

/// A plugin for it, with every capability.
class fake_provider final : public core_communication::communication_provider,
                            public core_communication::user_provider,
                            public core_communication::room_chat_provider,
                            public core_communication::room_user_provider,
                            public core_communication::synchronise_provider,
                            public core_communication::room_adopt_provider {
  public:
    using users = std::span<const core_communication::user_id>;

    explicit fake_provider(fake_server& server) : server_(server) {}

    communication::provider_interfaces interfaces() { return {this, this, this, this, this, this}; }

    void load_for_instance(core_communication::processor& room) override { processor_ = &room; }

    void create_members(users userids) override {
        server_.reach();
        if (server_.no_accounts) throw core_communication::provider_error(*server_.no_accounts, "no accounts today");
        if (server_.on_accounts) server_.on_accounts();
        if (server_.on_first_accounts) std::call_once(server_.first_accounts, server_.on_first_accounts);
        for (const auto& person : processor_->people(userids)) {
            if (server_.refused_usernames.contains(person.username)) {
                processor_->mark_user_as_failed(person.user, {server_.usernames_refused_as, "not a valid id"});
                continue;
            }
            const auto account = "@" + person.username;
            if (server_.silent_about_accounts && server_.silent_about.contains(account)) continue;
            const bool found = server_.foreign_accounts.contains(account);
            if (!found) {
                server_.write();
                ++server_.account_writes;
                const std::scoped_lock locked(server_.mutex);
                server_.accounts[account] = person.display_name;
            }
            try {
                processor_->set_account(person.user, account,
                                        found ? core_communication::account_origin::found
                                              : core_communication::account_origin::made);
            } catch (const core_communication::provider_error& taken) {
                processor_->mark_user_as_failed(person.user, taken);
                continue;
            }
            processor_->mark_users_as_synced(users(&person.user, 1));
        }
    }

    bool create_chat_room() override {
        server_.reach();
        if (server_.room_takes_time) return false;
        const std::scoped_lock locked(server_.mutex);
        if (!server_.rooms.contains(key())) {
            server_.write();
            server_.rooms[key()].properties = processor_->wanted_room();
        }
        processor_->set_value("room", key());
        return true;
    }

    void adopt_chat_room(std::string_view address) override {
        server_.reach();
        const std::scoped_lock locked(server_.mutex);
        if (processor_->value("adopted") == address) return;
        const auto found = server_.others_rooms.find(std::string(address));
        if (found == server_.others_rooms.end())
            throw core_communication::provider_error(core_communication::failure::invalid,
                                                     "there is no room " + std::string(address));
        server_.write();
        server_.rooms[key()] = std::move(found->second);
        server_.others_rooms.erase(found);
        processor_->set_value("adopted", address);
        processor_->set_value("room", key());
        if (server_.adoptions_left_unfinished > 0) {
            --server_.adoptions_left_unfinished;
            throw core_communication::provider_error(core_communication::failure::unavailable, "the server is gone");
        }
    }

    bool update_chat_room() override {
        server_.reach();
        const std::scoped_lock locked(server_.mutex);
        const auto found = server_.rooms.find(key());
        if (found == server_.rooms.end()) return false;
        if (found->second.properties != processor_->wanted_room()) {
            server_.write();
            found->second.properties = processor_->wanted_room();
        }
        return true;
    }

    bool delete_chat_room() override { return server_.rooms.erase(key()) > 0; }

    std::optional<std::string> generate_room_url() override { return "https://chat.example/" + key(); }

    void add_members_to_room(users userids) override {
        const auto roles = wanted();
        each_account(userids, [&](auto user, const std::string& account) { room().members[account] = roles.at(user); });
    }

    void update_room_membership(users userids) override { add_members_to_room(userids); }

    void remove_members_from_room(users userids) override {
        each_account(userids, [&](auto, const std::string& account) {
            room().members.erase(account);
            server_.taken_out.insert(account);
        });
    }

    void synchronise_room_members() override {
        server_.reach();
        ++server_.reads;
        std::vector<core_communication::remote_member> members{
            {"@bot", core_communication::room_role::owner, true, core_communication::presence::joined}};
        for (const auto& [account, role] : room().members) {
            if (!server_.unread.contains(account))
                members.push_back({account, role, false, core_communication::presence::joined});
        }
        for (const auto& [account, how] : room().others) members.push_back({account, std::nullopt, false, how});
        processor_->set_remote_members(std::move(members), server_.read_is_complete);
    }

  private:
    std::string key() const { return std::string(processor_->room_key()); }
    fake_server::room& room() {
        const std::scoped_lock locked(server_.mutex);
        return server_.rooms.at(key());
    }

    std::map<core_communication::user_id, core_communication::room_role> wanted() const {
        std::map<core_communication::user_id, core_communication::room_role> roles;
        for (const auto& member : processor_->wanted_members()) roles[member.user] = member.role;
        return roles;
    }

    template <class Work>
    void each_account(users userids, Work&& work) {
        server_.reach();
        const auto accounts = processor_->accounts(userids);
        ++server_.calls;
        for (const auto& account : accounts)
            if (server_.refused_lists.contains(account.value()))
                throw core_communication::provider_error(server_.refused_as, "the list is refused");
        for (std::size_t index = 0; index < userids.size(); ++index) {
            const auto& account = accounts[index].value();
            if (server_.silent_about.contains(account)) continue;
            if (server_.refused_members.contains(account)) {
                processor_->mark_user_as_failed(userids[index],
                                                {core_communication::failure::rejected, "may not join"});
                continue;
            }
            server_.write();
            work(userids[index], account);
            processor_->mark_users_as_synced(userids.subspan(index, 1));
        }
    }

    fake_server& server_;
    core_communication::processor* processor_ = nullptr;
};

}  // namespace commhost::test
