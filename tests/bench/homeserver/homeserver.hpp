#pragma once

#include "http_server.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace commhost::stand_in {

/// An error as Synapse words it.
struct refusal {
    int status;
    std::string_view errcode;
    std::string error;
};

struct account {
    bool admin = false;
    bool deactivated = false;
    bool erased = false;
    std::optional<std::string> displayname;
    std::vector<std::string> addresses;
    std::int64_t created = 0;  ///< In seconds since 1970.
};

/// One state event. All texts are JSON.
struct state_event {
    std::string id;
    std::string content;
    std::string whole;  ///< As a client sees it.
};

struct room {
    std::string id;
    std::string version;
    std::map<std::pair<std::string, std::string>, state_event, std::less<>> state;  ///< By type and state key.
    std::unordered_map<std::string, std::string> memberships;
    boost::json::object levels;
    std::set<std::string> aliases;
    int power_of(const std::string& account) const;
    std::string membership_of(const std::string& account) const;
    std::int64_t joined() const;
};

/// A stand-in for Synapse, which keeps everything in memory, knows one account with a token, which may do everything, and answers
/// the requests that commhost sends, in the form and the size of Synapse's answers. The addresses are those of the Matrix
/// specification, client-server API (v1.12), and of Synapse's admin API ("User Admin API", "Rooms Admin API", "Edit Room Membership
/// API", https://element-hq.github.io/synapse/latest/usage/administration/admin_api/); statuses and error texts are those
/// of Synapse 1.160, and tests/server/stand_in compares them with it. One thread.
class homeserver {
  public:
    /// admin: the local name of the account that the token is of. accounts: how many there are from the beginning, named user.0,
    /// user.1 ...
    homeserver(std::string server_name, std::string_view admin, std::string_view token, int accounts);

    const std::string& admin() const { return admin_; }

    /// Never throws for what a client sent.
    http_answer answer(const http_request& asked);

    /// From now on every request is remembered.
    void record() { is_recording_ = true; }

    /// A line of JSON for each request that was recorded, in the order of their arrival: kind, method, target, body, status, and
    /// the room that it works in, which for the one that makes it is the room that was made.
    void write_record(std::ostream& to) const;

  private:
    using object = boost::json::object;
    /// The parts of the address that stand for something, decoded.
    using parts = std::vector<std::string>;

    struct route {
        std::string_view kind;
        std::string_view method;
        std::string_view path;  ///< "*" stands for any one part.
        http_answer (homeserver::*handle)(const object& asked, const parts& of);
        bool in_room = false;  ///< The first of the parts is a room.
    };
    static const std::vector<route>& routes();

    struct recorded {
        std::string_view kind;
        std::string method;
        std::string target;
        std::string body;
        int status;
        std::string room;
    };

    http_answer answer_by(const route& one, const http_request& asked, std::string_view query, const parts& of);
    http_answer counts_answer() const;

    // accounts.cpp
    http_answer whoami(const object&, const parts&);
    http_answer versions(const object&, const parts&);
    http_answer server_version(const object&, const parts&);
    http_answer capabilities(const object&, const parts&);
    http_answer get_user(const object&, const parts& of);
    http_answer put_user(const object& asked, const parts& of);
    http_answer list_users(const object& asked, const parts&);
    http_answer find_address(const object&, const parts& of);
    http_answer deactivate(const object& asked, const parts& of);
    http_answer rate_limit(const object&, const parts& of);
    object shown(const std::string& name, const account& of) const;
    void set_address(const std::string& name, account& of, const std::string& address);

    // rooms.cpp
    http_answer create_room(const object& asked, const parts&);
    http_answer look_up_alias(const object&, const parts& of);
    http_answer put_alias(const object& asked, const parts& of);
    http_answer delete_alias(const object&, const parts& of);
    http_answer aliases(const object&, const parts& of);
    http_answer look_up_room(const object&, const parts& of);
    http_answer read_state_as_admin(const object&, const parts& of);
    http_answer make_room_admin(const object& asked, const parts& of);
    http_answer delete_room(const object&, const parts& of);
    http_answer delete_status(const object&, const parts& of);
    http_answer delete_status_of_room(const object&, const parts& of);
    http_answer read_state(const object&, const parts& of);
    http_answer read_state_event(const object&, const parts& of);
    http_answer put_state_event(const object& asked, const parts& of);
    http_answer upload(const object&, const parts&);

    // memberships.cpp
    http_answer force_join(const object& asked, const parts& of);
    http_answer join(const object&, const parts& of);
    http_answer invite(const object& asked, const parts& of);
    http_answer kick(const object& asked, const parts& of);
    http_answer joined_members(const object&, const parts& of);

    std::string account_of(std::string_view local) const;
    bool is_local(std::string_view account) const;
    room& room_of(const std::string& id);
    room& room_of_ours(const std::string& id);
    std::string set(room& in, const std::string& type, const std::string& key, const std::string& sender,
                    const object& content);
    void set_member(room& in, const std::string& account, const std::string& sender, std::string_view membership);
    std::string state_of(const room& of) const;
    object deletion_of(const std::string& id) const;

    std::string server_name_;
    std::string admin_;
    std::string authorization_;
    std::map<std::string, account, std::less<>> accounts_;
    std::unordered_map<std::string, std::string> owners_;  ///< Of addresses.
    std::unordered_map<std::string, room> rooms_;
    std::unordered_map<std::string, std::string> room_ids_;      ///< By alias.
    std::map<std::string, std::string, std::less<>> deletions_;  ///< The room, by the id of its deletion.
    std::uint64_t last_id_ = 0;
    std::string made_room_;  ///< By the request that is being answered.

    std::map<std::string_view, std::uint64_t> counts_;
    std::uint64_t bytes_sent_ = 0;
    std::size_t largest_answer_ = 0;
    bool is_recording_ = false;
    std::vector<recorded> record_;
};

/// An empty object and status 200.
http_answer done();
http_answer answer_of(const boost::json::object& body, int status = 200);
std::string text_in(const boost::json::object& object, std::string_view field);
std::int64_t seconds_now();

}  // namespace commhost::stand_in
