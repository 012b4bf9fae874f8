#pragma once

#include "new_room.hpp"
#include "remote_room.hpp"
#include "space.hpp"

#include <core_communication/processor.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace communication_matrix {

/// The room's place in the site's space: m.space.child there, m.space.parent here (client-server API, "Spaces").
class space_child {
  public:
    /// All must live longer.
    space_child(core_communication::processor& processor, client& server, const configuration& site,
                remote_room& remote, space& of_site);

    /// Has a room that is to be made begin with its entry.
    void plan(new_room& planned);

    /// Brings both entries into line: of the room as it is now, of one that it was before, and where no space is wanted any more.
    /// Writes nothing where the room's state says that all is as wanted. Returns whether the room's people are to come into the
    /// space by it; the same is done again at the next call unless settle says that they have.
    bool follow();
    void settle();
    /// The opposite: the next follow does it again. Returns whether it was settled.
    bool reopen();

    /// The room is gone or about to be deleted: the space lists it no more.
    void leave();

  private:
    /// Which room is listed in which space, and whether both entries and the people are there.
    struct entry {
        std::string space;
        std::string room;
        bool is_whole = false;
    };
    std::optional<entry> kept() const;
    void keep(const entry& one);

    bool may_name_parent(const room_state& state);
    /// A refusal is in the log, and keeps the entry from being settled.
    void name_parent(room_state& state, const std::string& id);
    void take_back(const entry& one, bool also_of_room);
    void withdraw(const std::string& room, std::string_view type, const std::string& key);

    core_communication::processor& processor_;
    client& server_;
    const configuration& site_;
    remote_room& remote_;
    space& space_;
    bool lacks_parent_ = false;  ///< Although it is wanted.
};

}  // namespace communication_matrix
