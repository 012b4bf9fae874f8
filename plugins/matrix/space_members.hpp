#pragma once

#include "remote_room.hpp"
#include "space.hpp"

#include <core_communication/processor.hpp>

#include <cstddef>
#include <map>
#include <set>
#include <span>
#include <string>
#include <unordered_set>

namespace communication_matrix {

/// Puts the people of our rooms into the site's space, each once: who has left it, was taken out of it or shut out of it is left alone.
/// Nobody is ever taken out. What goes wrong here is in the log and is nobody's failure; whoever calls has it tried again.
class space_members {
  public:
    /// All must live longer.
    space_members(core_communication::processor& processor, client& server, const configuration& site,
                  remote_room& remote, space& of_site);

    /// Whether there is to be a space and some of these people are not in the room, and so perhaps in no other of the space.
    bool are_to_come(std::span<const core_communication::user_id> users);

    /// Those of these people who are in the room by now. The first call of an object is about all who are wanted there. Returns as
    /// take_in_everybody.
    bool take_in(std::span<const core_communication::user_id> users);

    /// All who are wanted in the room and in it. Returns whether that is done, but for whom the server refuses.
    bool take_in_everybody();

  private:
    bool take_in_those_of(std::span<const core_communication::user_id> users);
    /// Whether they are all done with: in the space, or refused.
    bool send(const std::string& id, std::span<const std::string> accounts);
    /// What another try would not change is not tried again for a day; another process may have put them in meanwhile. refused: by
    /// account, why. Takes out of open who is done with.
    void settle(const std::string& id, const std::map<std::string, std::string>& refused, std::set<std::string>& open);
    /// Everybody whom the space has, or had, a word of; but for those of this server who are half-way in.
    std::unordered_set<std::size_t> read(const std::string& id);

    core_communication::processor& processor_;
    client& server_;
    const configuration& site_;
    remote_room& remote_;
    space& space_;
    bool has_everybody_ = false;
};

}  // namespace communication_matrix
