#pragma once

#include "account_rule.hpp"
#include "configuration.hpp"

#include <core_communication/http_service.hpp>

#include <boost/json/object.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace communication_matrix {

/// How far the removal of a room is. unknown: the server has forgotten it (after a day, or a restart).
enum class deletion : std::uint8_t { under_way, complete, failed, unknown };

struct deletion_state {
    deletion state = deletion::unknown;
    std::string error;  ///< What the server says about a failed one; may be empty.
};

/// How many accounts a page of the server's list has; the last one may have fewer.
inline constexpr std::size_t accounts_per_page = 500;

/// Some of a server's accounts.
struct account_page {
    std::size_t accounts = 0;  ///< How many it has.
    std::size_t total = 0;     ///< Of the whole list.
    bool is_last = false;
};

/// rate_limited: our account has uploaded all that one may within a time; other requests are taken.
struct uploads_used_up : core_communication::provider_error {
    using provider_error::provider_error;
};

/// The calls to the homeserver that this plugin makes: the Matrix client-server API (v3 paths, which came with v1.1)
/// and Synapse's admin API. Knows paths, bodies and answers, and nothing of what they are for.
///
/// Every call throws provider_error with the server's own sentence when the answer is none of those it names. What is refused to a call
/// about one room is that room's trouble, conflict; to any other, what failure_of says, such as unauthorised.
class client {
  public:
    /// Both must live longer.
    client(core_communication::http_service& http, const configuration& site);

    /// GET /account/whoami: the account that the access token belongs to.
    std::string own_account();

    /// GET /directory/room/{alias}: the room's id; empty when nobody uses the alias.
    std::optional<std::string> room_of(std::string_view alias);

    /// POST /createRoom: the new room's id; empty when the alias in it is in use.
    std::optional<std::string> create_room(const boost::json::object& room);

    /// GET /rooms/{id}/state: the answer as it came; empty when our account is not in the room, or the room is gone.
    std::optional<std::string> read_state(std::string_view room);

    /// GET /_synapse/admin/v1/rooms/{id}/state: the events as read_state gives them, be our account in the room or not; empty
    /// when the server has no such room.
    std::optional<std::string> read_state_as_admin(std::string_view room);

    /// GET /rooms/{id}/aliases: those of this server that lead to the room; admins need not be in it.
    std::vector<std::string> aliases_of(std::string_view room);

    /// PUT /directory/room/{alias}. May be repeated.
    void add_alias(std::string_view alias, std::string_view room);

    /// DELETE /directory/room/{alias}; room: to which it leads. May be repeated.
    void remove_alias(std::string_view alias, std::string_view room);

    /// POST /_synapse/admin/v1/rooms/{id}/make_room_admin: gives the account the power that somebody of this server has there,
    /// and invites it where it is not in the room. May be repeated.
    void make_room_admin(std::string_view room, std::string_view account);

    /// POST /rooms/{id}/join, as our account. May be repeated.
    void join(std::string_view room);

    /// GET /rooms/{id}/state/{type}: the event's content; empty when there is none.
    std::optional<boost::json::object> read_state_event(std::string_view room, std::string_view type);

    /// GET /rooms/{id}/state/m.room.member/{account}: "join", "invite", "leave", "ban", "knock"; "" for nobody known.
    std::string read_membership(std::string_view room, std::string_view account);

    /// POST /_matrix/media/v3/upload: puts bytes on the server; their mxc:// address. Empty where the server does not offer it.
    /// Throws uploads_used_up besides, as do the two steps.
    std::optional<std::string> upload(std::string_view bytes, std::string_view media_type);

    /// The same in two steps: POST /_matrix/media/v1/create, then PUT /_matrix/media/v3/upload/{server}/{id} (v1.7, MSC2246).
    std::string upload_in_two_steps(std::string_view bytes, std::string_view media_type);

    /// GET media/config, of /_matrix/client/v1 (v1.11) or of /_matrix/media/v3: how many bytes an upload may have; empty where the
    /// server does not say.
    std::optional<std::int64_t> upload_limit(bool of_client_api);

    /// PUT /rooms/{id}/state/{type}
    void set_state(std::string_view room, std::string_view type, const boost::json::object& content);

    /// PUT /rooms/{id}/state/{type}/{key}
    void set_state(std::string_view room, std::string_view type, std::string_view key,
                   const boost::json::object& content);

    /// The same of m.room.power_levels, which is replaced as a whole: never sent a second time where the answer was lost, because
    /// what somebody has changed in between would be undone. Then throws provider_error (unavailable): read it before it is written again.
    void set_levels(std::string_view room, const boost::json::object& content);

    /// GET /_synapse/admin/v1/rooms/{id}: whether the server has the room, be our account in it or not.
    bool has_room(std::string_view room);

    /// DELETE /_synapse/admin/v2/rooms/{id}: takes everybody out and purges the room; the id of that work. When the
    /// work is under way already, the id of that.
    std::string delete_room(std::string_view room);

    /// GET /_synapse/admin/v2/rooms/delete_status/{id}
    deletion_state read_deletion(std::string_view delete_id);

    /// POST /_synapse/admin/v1/deactivate/{account} with "erase". May be repeated.
    void erase_account(std::string_view account);

    // Requests for a batch.

    /// GET /_synapse/admin/v2/users: accounts of this server, of whatever kind and state, by name, from this number on. Each has a
    /// text "name" and is handed over as it is read, so that no page is ever in memory as a whole: many rooms read one at the same time.
    account_page account_page_from(std::size_t from, const std::function<void(const boost::json::object&)>& on_account);

    /// GET /_synapse/admin/v2/users/{account}: whether there is such an account, and what it says.
    core_communication::http_request look_request(std::string_view account) const;

    /// GET /_synapse/admin/v1/threepid/email/users/{address}: whose the address is. It is compared as it stands.
    core_communication::http_request address_request(std::string_view address) const;

    /// GET /_synapse/admin/v1/auth_providers/{provider}/users/{subject}: the account of whoever signs in there as that.
    core_communication::http_request external_id_request(const external_id& who) const;

    /// PUT /profile/{account}/displayname: of an account that is there. Admins may set anybody's.
    core_communication::http_request name_request(std::string_view account, std::string_view name) const;

    /// PUT /profile/{account}/avatar_url: likewise; empty: it shows none any more.
    core_communication::http_request avatar_request(std::string_view account, std::string_view address) const;

    /// PUT /_synapse/admin/v2/users/{account}: makes the account, or brings it in line.
    core_communication::http_request account_request(std::string_view account, const boost::json::object& user) const;

    /// PUT /_synapse/admin/v1/suspend/{account}. May be repeated.
    core_communication::http_request suspend_request(std::string_view account, bool is_suspended) const;

    /// POST /_synapse/admin/v1/deactivate/{account} without "erase". May be repeated.
    core_communication::http_request deactivate_request(std::string_view account) const;

    /// GET /rooms/{id}/state/m.room.member/{account}: what read_membership asks.
    core_communication::http_request membership_request(std::string_view room, std::string_view account) const;

    /// POST /_synapse/admin/v1/join/{room}: puts a local person into the room without asking them. Where the answer
    /// was lost the room is read before it is repeated, as with the next two: they may have left since.
    core_communication::http_request join_request(std::string_view room, std::string_view account) const;

    /// POST /rooms/{id}/invite: asks somebody of another server in.
    core_communication::http_request invite_request(std::string_view room, std::string_view account) const;

    /// POST /rooms/{id}/kick: takes somebody out, or an invitation back.
    core_communication::http_request kick_request(std::string_view room, std::string_view account) const;

    // What an admin asks first.

    /// GET /_matrix/client/versions, without our token: Synapse refuses even this to a token that it does not know.
    core_communication::http_response versions();

    /// GET /auth_metadata (Matrix 1.15; before that unstable, MSC2965), without our token: the issuer of the service that has the
    /// server's accounts, which is Matrix Authentication Service; empty where Synapse has them itself.
    std::optional<std::string> authentication_issuer();

    /// POST /_synapse/admin/v1/users/{account}/override_ratelimit: takes all limits off the account. May be repeated.
    void lift_rate_limit(std::string_view account);

    /// A GET below the homeserver's address, with our token; whatever the answer. room: as http_request::touches_room.
    core_communication::http_response get(std::string_view path, std::string_view room = {});

    /// The same of what grows with rooms or people: up to http_request::response_limit's 64 MiB. All other answers that this plugin
    /// asks for are below 1 MiB; a longer one is no answer (invalid).
    core_communication::http_response get_list(std::string_view path, std::string_view room = {});

  private:
    /// That of get_list.
    core_communication::http_request list_request(std::string_view path, std::string_view room = {}) const;
    core_communication::http_request request(core_communication::http_method method, std::string_view path,
                                             std::string_view room = {}) const;
    core_communication::http_request request(core_communication::http_method method, std::string_view path,
                                             std::string_view room, const boost::json::object& body) const;

    /// The answer of success to a request. doing: what "the server refuses to".
    core_communication::http_response succeed(const core_communication::http_request& asked, std::string_view doing);
    /// The same; empty where the homeserver says that what was asked for is not there.
    std::optional<core_communication::http_response> find(const core_communication::http_request& asked,
                                                          std::string_view doing);

    core_communication::http_service& http_;
    const configuration& site_;
};

}  // namespace communication_matrix
