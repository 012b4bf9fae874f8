#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace commhost::text {

/// The number that this is, written as a program writes it. Empty for anything else, also for "0017" and "+17": they may be the id that
/// something has elsewhere.
std::optional<std::int64_t> number_in(std::string_view text);

}  // namespace commhost::text
