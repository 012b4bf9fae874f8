#pragma once

#include <string>

namespace commhost::cli {

/// Who calls the command: the user behind sudo, else the user that the process belongs to.
std::string login_name();

}  // namespace commhost::cli
