#pragma once

#include "plugin/binary.hpp"
#include "plugin/problem.hpp"

#include <string_view>
#include <vector>

namespace commhost::plugin {

/// What this program can load: its own machine and class, and the stamp of the SDK it is built with.
struct binary_requirement {
    binary_kind kind;
    stamp_values stamp;
};

binary_requirement own_requirement();

/// Everything that keeps the host from loading the file; none when it may go on. library: the file's name, for
/// messages.
std::vector<problem> check_binary(const binary& found, const binary_requirement& wanted, std::string_view library);

}  // namespace commhost::plugin
