#pragma once

#include "directory/change_set.hpp"
#include "directory/stored.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace commhost::roster {

/// Who is who before and after a change set: a person who is merged into another one is that one. Who appears with the
/// changes has a number below zero.
class brake_people {
  public:
    /// stored must outlive this.
    brake_people(const directory::stored& stored,
                 const directory::changes_of<directory::user_record, std::string>& changes);

    /// By external id.
    std::optional<directory::user_id> find(const std::string& external_id) const;

    directory::user_id before(directory::user_id user) const { return in(before_, user); }
    directory::user_id after(directory::user_id user) const { return in(after_, user); }

    /// Everybody who is this person, who is the first of them.
    std::vector<directory::user_id> names_before(directory::user_id user) const { return names(names_before_, user); }
    std::vector<directory::user_id> names_after(directory::user_id user) const { return names(names_after_, user); }

    /// Whether somebody was this person and is not, nor whoever this one becomes.
    bool loses_a_name(directory::user_id user) const { return losing_.contains(user); }

    /// Whether the one whom somebody is merged into is active afterwards; of anybody else nothing is known.
    bool active_after(directory::user_id user) const;

  private:
    using identities = std::map<directory::user_id, directory::user_id>;
    using names_of = std::map<directory::user_id, std::vector<directory::user_id>>;
    void note_inactive(const directory::changes_of<directory::user_record, std::string>& changes);
    static directory::user_id in(const identities& known, directory::user_id user);
    static names_of inverted(const identities& known);
    static std::vector<directory::user_id> names(const names_of& known, directory::user_id user);

    const directory::stored& stored_;
    std::map<std::string, directory::user_id> appearing_;
    identities before_;
    identities after_;
    names_of names_before_;
    names_of names_after_;
    std::set<directory::user_id> losing_;
    std::set<directory::user_id> inactive_;  ///< Of those whom others are merged into, afterwards.
};

}  // namespace commhost::roster
