#pragma once

#include <string>

namespace commhost::worker::validator {

/// 24 hexadecimal digits that nobody can guess. Throws std::system_error.
std::string random_text();

}  // namespace commhost::worker::validator
