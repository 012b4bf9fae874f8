#pragma once

#include <string>

namespace commhost::cli {

/// Who has called this program, for records of who decided what: the name of the real user, with sudo(8) that of who called
/// it; of a user without a name the number.
std::string login();

}  // namespace commhost::cli
