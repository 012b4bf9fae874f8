#pragma once

#include "audit/audit.hpp"

#include <string>

namespace commhost::cli {

/// For the audit of a command: "admin:LOGIN" and the cause "command". The login is that of the session in which the command was
/// called, which sudo does not change (/proc/self/loginuid, proc(5)), or else of the user who runs it; a number where the machine has no
/// name for it.
audit::origin by_admin(std::string reason = {});

/// A row about a plugin, by an admin.
void record_plugin(store::connection& within, const std::string& name, const char* action, store::milliseconds_utc now);

}  // namespace commhost::cli
