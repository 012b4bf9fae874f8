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

    /// Of a group of one of them; else the instance itself. A group may become one of another course.
    directory::instance_id course_before(directory::instance_id which) const { return in(course_before_, which); }
    directory::instance_id course_after(directory::instance_id which) const { return in(course_after_, which); }

    bool contains(directory::instance_id course) const { return sides_.contains(course); }

    /// Before and after.
    std::pair<family_side, family_side>& at(directory::instance_id course) { return sides_.at(course); }
    std::map<directory::instance_id, std::pair<family_side, family_side>>& all() { return sides_; }

  private:
    std::map<directory::instance_id, std::pair<family_side, family_side>> sides_;
    using courses = std::map<directory::instance_id, directory::instance_id>;
    static directory::instance_id in(const courses& known, directory::instance_id which);

    courses course_before_;
    courses course_after_;
};

}  // namespace commhost::roster
