#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace commhost::plugin {

/// How many code points text has; empty when it is not UTF-8 (RFC 3629, section 4).
std::optional<std::size_t> code_points(std::string_view text);

}  // namespace commhost::plugin
