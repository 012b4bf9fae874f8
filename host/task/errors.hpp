#pragma once

#include "store/connection.hpp"

#include <string_view>

namespace commhost::task {

/// Replaces a text in what tasks say went wrong: nobody is to read it any more.
void blank_errors(store::connection& within, std::string_view text, std::string_view by);

}  // namespace commhost::task
