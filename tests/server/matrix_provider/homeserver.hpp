#pragma once

#include "matrix/communication_feature.hpp"
#include "service/http_client.hpp"

#include <core_communication/testing/memory_processor.hpp>

#include <boost/json/value.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::test {

/// Where a Synapse is and who we are there; as `tools/servers/synapse run` gives it to a program, or `start` prints it.
struct homeserver_address {
    std::string url;
    std::string server_name;
    std::string admin_user;
    std::string admin_token;
    std::string log;

    static homeserver_address from_environment();
    static homeserver_address from_document(const boost::json::value& document);
};

/// One Synapse, seen past the provider: what is in a room, what somebody does there by hand, what was requested.
class homeserver {
  public:
    explicit homeserver(homeserver_address at, service::http_settings http = {});

    /// The one that the test program runs under.
    static homeserver& shared();

    const homeserver_address& at() const { return at_; }
    core_communication::http_service& http() { return http_; }

    /// "@name:server_name"
    std::string account(std::string_view name) const { return "@" + std::string(name) + ":" + at_.server_name; }

    /// Sends a request as the admin, or with another token. Fails the test when the status is not 2xx.
    boost::json::value call(core_communication::http_method method, const std::string& path,
                            const boost::json::value& body = nullptr, const std::string& token = "");

    /// A token with which the test acts as somebody.
    std::string log_in(const std::string& account);

    boost::json::value state_event(const std::string& room, const std::string& type);
    void set_state_event(const std::string& room, const std::string& type, const boost::json::value& content);
    void set_level(const std::string& room, const std::string& account, int level);

    /// account -> "join", "invite", "leave" ...
    std::map<std::string, std::string> members(const std::string& room);
    /// account -> level, as listed
    std::map<std::string, int> levels(const std::string& room);

    /// The requests that Synapse has logged since the last call, as "METHOD /path"; this function's own not among them.
    std::vector<std::string> take_requests();

  private:
    struct silent_logger final : core_communication::logger {
        void log(core_communication::log_level, std::string_view) override {}
    };

    homeserver_address at_;
    silent_logger logger_;
    service::http_engine engine_;
    service::account_http http_;
    std::size_t read_until_ = 0;
    int marks_ = 0;
};

/// A room of the institution and the people who belong to it, with a room key and user names that no other test has.
class class_room {
  public:
    explicit class_room(homeserver& server = homeserver::shared());

    core_communication::testing::memory_processor& processor() { return processor_; }

    /// Somebody of the roster, wanted in the room; the user name is unique.
    core_communication::user_id enrol(core_communication::room_role role = core_communication::room_role::member);
    /// The same, as often as count says.
    std::vector<core_communication::user_id> enrol_many(std::size_t count);
    core_communication::user_id know(core_communication::person who);
    std::string username(core_communication::user_id user) const;
    std::string account(core_communication::user_id user) const;

    /// Does something with a provider object of its own, as the host does for each task.
    void task(const std::function<void(communication_matrix::communication_feature&)>& work);

    /// Room, accounts, members: everything that is wanted, in one task.
    void provision();

    /// Hands these people over in portions as the host does.
    static void in_portions(std::span<const core_communication::user_id> users,
                            const std::function<void(std::span<const core_communication::user_id>)>& take);

    std::string room_id() const;
    std::vector<core_communication::user_id> everybody() const;
    std::map<std::string, core_communication::remote_member> synchronise();

    void set_site(std::string_view name, core_communication::testing::memory_settings::value content);
    /// For this room alone.
    void set_room(std::string_view name, core_communication::testing::memory_settings::value content);

  private:
    homeserver& server_;
    std::string name_;
    core_communication::testing::memory_settings site_;
    core_communication::testing::memory_settings room_{{"history_visibility", "site"}, {"encryption", "site"}};
    core_communication::testing::memory_processor processor_;
    std::vector<core_communication::user_id> users_;
    std::int64_t last_user_ = 0;
};

}  // namespace commhost::test
