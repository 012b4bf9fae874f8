#pragma once

#include "client.hpp"
#include "room_state.hpp"

#include <core_communication/processor.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace communication_matrix {

/// What is known of one room on the homeserver while a task runs: its id and our account, both stored, and its state,
/// read once and kept up with what we change.
class remote_room {
  public:
    /// All must live longer.
    remote_room(core_communication::processor& room, client& server, const configuration& site);

    /// The room's id; empty while there is none.
    std::optional<std::string> id() const;

    /// The id of a room that must be there. Throws provider_error (invalid).
    std::string required_id() const;

    /// Whether a create call may have been sent whose answer never came.
    bool creation_begun() const;
    /// Whether the server may still be at it: it goes on when who asked for it has gone.
    bool may_be_creating() const;
    void begin_creation();

    /// Stores the id, and takes over what is known of the room's state.
    void remember(std::string_view id, room_state state);

    /// The room is no more: forgets everything about it. What was begun with another room (begin_adoption) stays, and so do those
    /// that it had replaced.
    void forget();

    /// From now on another room is the room, and what was kept of the old one is true of it. replaced: those in whose place it is.
    void move_on(std::string_view id, room_state state, std::span<const std::string> replaced);
    /// Whether the host may not know yet that it is another one, in which nobody is.
    bool has_moved() const;
    /// The host knows it. Stores nothing where nothing has moved.
    void end_move();
    /// One that was replaced and is still to be deleted with the room; empty for none.
    std::optional<std::string> replaced_room() const;
    void forget_replaced_room(std::string_view id);

    /// Stores that from now on a room that others have made may look as if it were ours, and is not yet: the host may never
    /// come to know that it was adopted.
    void begin_adoption(std::string_view id);
    /// The host knows it. Stores nothing where nothing was begun.
    void end_adoption();
    /// The room whose adoption another object has begun, and no one ended; empty where there is none.
    std::optional<std::string> adoption_left() const;

    /// The digest of the picture that was sent last; empty when none was, or it was taken away again.
    std::string avatar_digest() const;
    /// Forgets what was refused.
    void remember_avatar(std::string_view digest);

    /// Whether the server refused the picture of that digest within the last day.
    bool is_avatar_refused(std::string_view digest) const;
    void remember_refused_avatar(std::string_view digest);

    /// What archive has to know to open the room again, in a text of its own; empty where nothing was closed.
    std::optional<std::string> levels_before_archive() const;
    void remember_levels_before_archive(std::string_view text);
    void forget_levels_before_archive();

    /// Whether this object made the room, so that nobody can have changed it.
    bool is_new() const { return new_; }
    void set_new() { new_ = true; }

    /// The account that this plugin works with. Asks the server only when the access token is another than the last
    /// time that any room asked, and once for all rooms that begin together.
    std::string own_account();

    /// The state as the server gave it, with the changes that this object has made since. Read on first use. Null when
    /// our account is not in the room, or the room is gone.
    room_state* state();

    /// The state as the server has it: read again when this object has changed something since.
    room_state* observed_state();

    /// The same where there must be one. Throws provider_error (conflict).
    room_state& required_state() { return required(state()); }
    room_state& required_observed_state() { return required(observed_state()); }

    /// Says that something was changed on the server; state() is expected to hold it already.
    void set_changed() { changed_ = true; }

    /// Reads and takes over another room's state; null when our account is not in that room. Not kept.
    std::optional<room_state> read(std::string_view id);

  private:
    room_state& required(room_state* state);
    std::vector<std::string> replaced_rooms() const;
    void store_replaced_rooms(const std::vector<std::string>& rooms);

    core_communication::processor& processor_;
    client& server_;
    const configuration& site_;
    std::optional<room_state> state_;
    std::string own_account_;
    bool read_ = false;
    bool changed_ = false;
    bool new_ = false;
    bool adopts_ = false;  ///< It is this object that has begun an adoption.
};

}  // namespace communication_matrix
