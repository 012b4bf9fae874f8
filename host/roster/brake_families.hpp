#pragma once

#include "directory/change_set.hpp"
#include "directory/stored.hpp"
#include "roster/group_rooms.hpp"

#include <map>
#include <set>
#include <utility>
#include <vector>

namespace commhost::roster {

/// The courses of which the groups have the rooms, before or after a change set, with their groups. Nobody is in them yet.
class brake_families {
  public:
    using instance_changes = directory::changes_of<directory::instance_record, directory::instance_key>;

    /// going: instances that have no room any more. appearing: the numbers of those that appear with the changes.
    brake_families(const instance_changes& changes, const std::vector<directory::stored_instance>& stored,
                   const std::set<directory::instance_id>& going,
                   const std::map<directory::instance_key, directory::instance_id>& appearing);

    /// Of a group of one of them; else the instance itself.
    directory::instance_id course_of(directory::instance_id which) const;

    bool contains(directory::instance_id course) const { return sides_.contains(course); }

    /// Before and after.
    std::pair<family_side, family_side>& at(directory::instance_id course) { return sides_.at(course); }

  private:
    std::map<directory::instance_id, std::pair<family_side, family_side>> sides_;
    std::map<directory::instance_id, directory::instance_id> course_of_;
};

}  // namespace commhost::roster
