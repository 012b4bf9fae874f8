#pragma once

#include "audit/audit.hpp"
#include "store/connection.hpp"

#include <boost/json/fwd.hpp>

#include <map>
#include <span>
#include <string>

namespace commhost::cli {

/// Rows of the audit with names in the place of numbers. One statement each for the instances and the people of all rows.
class shown_audit {
  public:
    shown_audit(store::connection& on, std::span<const audit::recorded> rows);

    /// For --json. Somebody who was erased, or a room that is forgotten, is null.
    boost::json::object document(const audit::recorded& row) const;

    /// For people: "oneroster/class/physics-1, Ada Lovelace (u17)".
    std::string about(const audit::recorded& row) const;

  private:
    struct person {
        std::string id, name;
    };
    std::map<std::int64_t, std::string> instances_;
    std::map<audit::user_id, person> people_;
};

}  // namespace commhost::cli
