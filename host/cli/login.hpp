#pragma once

#include <string>

namespace commhost::cli {

/// Who has called this program, for records of who decided what: the user of the session in which it was called, which sudo(8) does
/// not change (/proc/self/loginuid, proc(5)); where nobody logged in, whom sudo names, or else the real user. A number where the
/// machine has no name for it.
std::string login();

}  // namespace commhost::cli
