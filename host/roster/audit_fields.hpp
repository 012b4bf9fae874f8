#pragma once

#include "directory/instance.hpp"
#include "directory/membership.hpp"
#include "directory/user.hpp"

#include <boost/json.hpp>

namespace commhost::roster {

// What the audit shows of a record before and after a change: its fields, by the names that a roster has for them.

boost::json::object audit_fields(const directory::user_record& of);
/// Without the settings, which may hold secrets.
boost::json::object audit_fields(const directory::instance& of);
boost::json::object audit_fields(const directory::membership_record& of);

/// Leaves in each what the other has not got.
void keep_what_differs(boost::json::object& before, boost::json::object& after);

}  // namespace commhost::roster
