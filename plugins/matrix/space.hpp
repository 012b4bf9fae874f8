#pragma once

#include "client.hpp"
#include "configuration.hpp"
#include "known_space.hpp"
#include "remote_room.hpp"

#include <core_communication/processor.hpp>
#include <core_communication/provider_error.hpp>

#include <boost/json/object.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace communication_matrix {

/// The alias by which the site's space is found again: "#commhost-space-<local part of our account>:<server name>".
std::string alias_of_space(std::string_view own_account, std::string_view server_name);

/// What is asked for to make the site's space (client-server API, POST /createRoom): nobody but us may send or change anything in
/// it. Where it is closed to other servers, everybody of this one can come in, else only whom we put in.
boost::json::object plan_space(const configuration& site, const std::string& own_account);

/// Why the room that our alias leads to is not to be the site's space; empty when it is. state: none where our account is not in it.
std::string reason_not_the_space(const std::optional<room_state>& state, const std::string& own_account);

/// Whether it is about the server as a whole and may pass, and not about the space: unavailable and rate_limited.
bool is_of_whole_server(const core_communication::provider_error& error);

/// The one space of the site (setting `space`; client-server API, "Spaces"), in which all its rooms are listed: made by the first
/// room that needs it, and named as the setting says.
class space {
  public:
    /// All must live longer.
    space(core_communication::processor& processor, client& server, const configuration& site, remote_room& remote);

    /// Whether the site is to have one.
    bool is_wanted() const { return !site_.space.empty(); }

    /// Its id, brought into being and looked at in a process once in ten minutes. Empty where none is wanted, and where there can be none, which the
    /// log then says. Throws provider_error alone of these kinds: unavailable, and rate_limited, also with a wait while another
    /// process is making it at this moment.
    std::optional<std::string> id();

    /// An error in it, while it was worked with: rooms go on without it for some minutes, and the log says so. Throws the error where
    /// it is one of the server as a whole (unavailable, rate_limited).
    void give_up(const core_communication::provider_error& error);

    /// The site has none any more.
    void forget();

    /// What all rooms of this process know of it.
    known_space& known();

  private:
    std::string find_or_make();
    /// The id that is on record, if our account is still there.
    std::optional<std::string> on_record();
    std::optional<std::string> make();
    /// Whether the room may still be in the making, by another process or by a server that was stopped: it has our alias, and not yet all
    /// that it needs.
    bool is_unfinished(const std::string& id, const std::optional<room_state>& state);
    /// Whether it was so some time ago already, so that nobody is at it any more.
    bool has_been_unfinished(const std::string& id);
    void bring_name(const std::string& id, std::string_view name);

    core_communication::processor& processor_;
    client& server_;
    const configuration& site_;
    remote_room& remote_;
    std::shared_ptr<known_space> known_;
};

}  // namespace communication_matrix
