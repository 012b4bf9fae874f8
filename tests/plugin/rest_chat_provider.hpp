#pragma once

#include <core_communication/communication_provider.hpp>
#include <core_communication/diagnostic_provider.hpp>
#include <core_communication/processor.hpp>
#include <core_communication/room_adopt_provider.hpp>
#include <core_communication/room_archive_provider.hpp>
#include <core_communication/room_chat_provider.hpp>
#include <core_communication/room_user_provider.hpp>
#include <core_communication/synchronise_provider.hpp>
#include <core_communication/user_provider.hpp>

#include <boost/json.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fixture {

/// A provider without a fault, for the chat that rest_chat.py plays. The fixtures of the validator derive from it, and each
/// breaks one thing.
class rest_chat_provider : public core_communication::communication_provider,
                           public core_communication::user_provider,
                           public core_communication::room_chat_provider,
                           public core_communication::room_user_provider,
                           public core_communication::synchronise_provider,
                           public core_communication::diagnostic_provider,
                           public core_communication::room_archive_provider,
                           public core_communication::room_adopt_provider {
  public:
    using user_id = core_communication::user_id;
    using users = std::span<const user_id>;

    void load_for_instance(core_communication::processor& room) override {
        room_ = &room;
        address_ = room.site_settings().text("address");
        token_ = room.site_settings().text("token");
    }

    void create_members(users userids) override {
        const auto known = room_->accounts(userids);
        std::size_t index = 0;
        for (const auto& who : room_->people(userids)) {
            const auto on_record = known[index++];
            const auto account = on_record.value_or(who.username);
            const auto path = "/accounts/" + core_communication::percent_encode(account);
            auto origin = core_communication::account_origin::found;
            if (!asks_for_accounts() || !is_there(send(core_communication::http_method::get, path))) {
                require(send(core_communication::http_method::put, path, profile_of(who)));
                origin = core_communication::account_origin::made;
            }
            if (!on_record) room_->set_account(who.user, account, origin);
            done(who.user);
        }
    }

    bool create_chat_room() override {
        require(send(core_communication::http_method::put, path(), looks()));
        if (!room_->value("room")) room_->set_value("room", room_->room_key());
        return true;
    }

    bool update_chat_room() override {
        const auto answer = send(core_communication::http_method::get, path());
        if (answer.status == 404) return false;
        const auto there = object_in(answer);
        const auto* name = there.if_contains("name");
        if (name == nullptr || *name != looks().at("name"))
            require(send(core_communication::http_method::put, path(), looks()));
        return true;
    }

    bool delete_chat_room() override {
        const auto answer = send(core_communication::http_method::delete_, path());
        if (answer.status != 404) require(answer);
        room_->erase_value("room");
        return true;
    }

    std::optional<std::string> generate_room_url() override {
        const auto room = room_->value("room");
        return room ? std::optional(address_ + "/rooms/" + *room) : std::nullopt;
    }

    void add_members_to_room(users userids) override { put(userids); }
    void update_room_membership(users userids) override { put(userids); }

    void remove_members_from_room(users userids) override {
        const auto accounts = room_->accounts(userids);
        for (std::size_t index = 0; index < userids.size(); ++index) {
            const auto answer = send(core_communication::http_method::delete_, member_path(accounts[index].value()));
            if (answer.status != 404) require(answer);
            done(userids[index]);
        }
    }

    void synchronise_room_members() override {
        const auto answer = object_in(send(core_communication::http_method::get, path() + "/members"));
        std::vector<core_communication::remote_member> members;
        const auto* list = answer.if_contains("members");
        if (list == nullptr || !list->is_array()) refuse_answer();
        for (const auto& each : list->get_array()) {
            const auto* object = each.if_object();
            const auto* account = object == nullptr ? nullptr : object->if_contains("account");
            const auto* role = object == nullptr ? nullptr : object->if_contains("role");
            if (account == nullptr || !account->is_string() || role == nullptr || !role->is_string()) refuse_answer();
            members.push_back({std::string(account->get_string()), role_of(role->get_string())});
        }
        room_->set_remote_members(std::move(members), true);
    }

    bool archive_chat_room() override {
        if (!is_closed()) require(send(core_communication::http_method::put, path() + "/closed"));
        return true;
    }

    bool restore_chat_room() override {
        if (is_closed()) require(send(core_communication::http_method::delete_, path() + "/closed"));
        return true;
    }

    void adopt_chat_room(std::string_view address) override {
        using core_communication::failure;
        using core_communication::provider_error;
        const auto rooms = address_ + "/rooms/";
        if (!address.starts_with(rooms)) throw provider_error(failure::invalid, "that is no address of a room");
        const std::string key(address.substr(rooms.size()));
        if (!is_there(send(core_communication::http_method::get, "/rooms/" + key)))
            throw provider_error(failure::invalid, "there is no such room");
        // All rooms of this chat are some instance's: they are called by its key.
        if (key != room_->room_key()) throw provider_error(failure::conflict, "that is another instance's room");
        if (!room_->value("room")) room_->set_value("room", key);
    }

    std::vector<core_communication::diagnosis> diagnose() override {
        using core_communication::diagnosis_outcome;
        try {
            require(send(core_communication::http_method::get, "/"));
            return {{"address", diagnosis_outcome::passed, "the server answers", ""}};
        } catch (const core_communication::provider_error& failed) {
            return {{"address", diagnosis_outcome::failed, failed.what(), "look at the address"}};
        }
    }

  protected:
    core_communication::processor& room() const { return *room_; }
    const std::string& token() const { return token_; }
    virtual std::string path() const { return "/rooms/" + std::string(room_->room_key()); }

    std::string member_path(const std::string& account) const {
        return path() + "/members/" + core_communication::percent_encode(account);
    }

    core_communication::http_request request(core_communication::http_method method, const std::string& path,
                                             const boost::json::object& body = {}) const {
        core_communication::http_request made;
        made.method = method;
        made.url = address_ + path;
        made.headers.emplace_back("Authorization", "Bearer " + token_);
        made.body = body.empty() ? "" : boost::json::serialize(body);
        return made;
    }

    core_communication::http_response send(core_communication::http_method method, const std::string& path,
                                           const boost::json::object& body = {}) const {
        auto answer = room_->http().send(request(method, path, body));
        if (answer.status == 401)
            throw core_communication::provider_error(core_communication::failure::unauthorised, "our token is refused");
        return answer;
    }

    static void require(const core_communication::http_response& answer) {
        using core_communication::failure;
        if (answer.status / 100 == 2) return;
        throw core_communication::provider_error(answer.status >= 500 ? failure::unavailable : failure::rejected,
                                                 "the server answers " + std::to_string(answer.status));
    }

    bool is_closed() const {
        const auto there = object_in(send(core_communication::http_method::get, path()));
        const auto* closed = there.if_contains("closed");
        return closed != nullptr && *closed == true;
    }

    static bool is_there(const core_communication::http_response& answer) {
        if (answer.status != 404) require(answer);
        return answer.status != 404;
    }

    void done(user_id user) const { room_->mark_users_as_synced(std::array{user}); }
    void failed(user_id user, const core_communication::provider_error& why) const {
        room_->mark_user_as_failed(user, why);
    }

    /// Whether accounts are looked up before they are made.
    virtual bool asks_for_accounts() const { return true; }

    virtual boost::json::object profile_of(const core_communication::person& who) const {
        return {{"display_name", who.display_name}};
    }

    boost::json::object looks() const { return {{"name", room_->wanted_room().name}}; }

    void put(users userids) const {
        const auto accounts = room_->accounts(userids);
        for (std::size_t index = 0; index < userids.size(); ++index) {
            require(send(core_communication::http_method::put, member_path(accounts[index].value()),
                         {{"role", role_wanted(userids[index])}}));
            done(userids[index]);
        }
    }

    std::string role_wanted(user_id user) const {
        for (const auto& each : room_->wanted_members())
            if (each.user == user) return names.at(static_cast<std::size_t>(each.role));
        return names.front();
    }

  private:
    static constexpr std::array names{"member", "moderator", "owner"};

    static core_communication::room_role role_of(std::string_view name) {
        for (std::size_t index = 0; index < names.size(); ++index)
            if (name == names.at(index)) return static_cast<core_communication::room_role>(index);
        refuse_answer();
    }

    [[noreturn]] static void refuse_answer() {
        throw core_communication::provider_error(core_communication::failure::invalid,
                                                 "the server's answer makes no sense");
    }

    static boost::json::object object_in(const core_communication::http_response& answer) {
        require(answer);
        boost::json::error_code failed;
        auto value = boost::json::parse(answer.body, failed);
        if (failed || !value.is_object()) refuse_answer();
        return std::move(value.get_object());
    }

    core_communication::processor* room_ = nullptr;
    std::string address_;
    std::string token_;
};

}  // namespace fixture
