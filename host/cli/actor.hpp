#pragma once

#include "audit/audit.hpp"
#include "communication/room.hpp"
#include "directory/instance.hpp"
#include "store/clock.hpp"

#include <boost/json.hpp>

#include <optional>
#include <string>

namespace commhost::cli {

/// Who has called this program, for records of who decided what: the user of the session in which it was called, which sudo(8) does
/// not change (/proc/self/loginuid, proc(5)); where nobody logged in, whom sudo names, or else the real user. A number where the
/// machine has no name for it.
std::string login();

/// For the audit of a command: "admin:LOGIN" and the cause "command".
audit::origin by_admin(std::string reason = {});

/// A row about a plugin, by an admin.
void record_plugin(store::connection& within, const std::string& name, const char* action, store::milliseconds_utc now);

/// What was changed, before and after; nothing where there was nothing.
struct before_and_after {
    std::optional<boost::json::object> before{};
    std::optional<boost::json::object> after{};

    /// What is the same in both is left out.
    static before_and_after between(boost::json::object before, boost::json::object after);
};

/// A row about a room, by an admin, with the reason that they gave.
void record_room(store::connection& within, const communication::room& of, const char* action,
                 const before_and_after& what, const std::string& reason, store::milliseconds_utc now);

/// A row about a source of rosters. by: by_admin, with the cause that roster/cause.hpp has for it.
void record_source(store::connection& within, const std::string& source, const char* action, const audit::origin& by,
                   store::milliseconds_utc now);

/// A row about an instance, by an admin; with a person about their membership.
void record_instance(store::connection& within, directory::instance_id of, const char* action,
                     const before_and_after& what, store::milliseconds_utc now);
void record_membership(store::connection& within, directory::instance_id of, core_communication::user_id person,
                       const char* action, const before_and_after& what, store::milliseconds_utc now);

}  // namespace commhost::cli
