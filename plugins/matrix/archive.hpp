#pragma once

#include "remote_room.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>

namespace communication_matrix {

/// Levels of a room that were raised so that nobody below one of them can do anything there but read, and what they were.
struct raised_levels {
    boost::json::object content;  ///< Of m.room.power_levels, as it is to be; before is in it, too.
    boost::json::object before;   ///< What lower_again needs.
    bool changed = false;
};

/// Raises what may be sent and set by less than level: events_default, state_default, invite, and what events names.
/// before: what an earlier call gave and was kept, whether or not its content was ever sent, and whatever the level was then; empty
/// for none.
raised_levels raise(const boost::json::object& content, std::int64_t level, const boost::json::object& before);

/// The content with those of the levels as they were that still are what raise made of them, in whichever of its calls: what
/// somebody has set since stays.
boost::json::object lower_again(boost::json::object content, const boost::json::object& before);

/// What lower_again needs, of a room that raise has closed: the content says it, so that whoever has forgotten the room can open it
/// when it is found again. Empty for every other room.
std::optional<boost::json::object> before_of(const boost::json::object& content);

/// Closing the room, and opening it again: room_archive_provider for Matrix. By power levels: whoever is in the room can
/// read it, and nobody but our own account can send or set anything; owners can still take people out.
class archive {
  public:
    /// All must live longer.
    archive(core_communication::processor& processor, client& server, const configuration& site, remote_room& remote);

    bool close();
    bool open();

    /// Before the id is stored of a room that was found again: notes what open has to know if it is a closed one.
    void take_note_of(const room_state& found);

  private:
    /// The event as the server has it. Throws provider_error (conflict) when our account is not in the room.
    boost::json::object present_levels();
    void set_levels(boost::json::object content);

    core_communication::processor& processor_;
    client& server_;
    const configuration& site_;
    remote_room& remote_;
};

}  // namespace communication_matrix
