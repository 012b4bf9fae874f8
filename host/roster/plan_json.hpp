#pragma once

#include "roster/brake.hpp"
#include "roster/plan.hpp"

#include <cstddef>
#include <filesystem>
#include <istream>
#include <ostream>
#include <string>
#include <string_view>

namespace commhost::roster {

/// No plan file may be larger.
inline constexpr std::size_t largest_plan = std::size_t{512} << 20;

/// Writes a plan as one JSON document, which plan.schema.json describes: for people and scripts under "summary", "held" and
/// "problems", to be applied later under "changes". Line by line (line_document.hpp), so that a plan of hundreds of
/// thousands of changes needs no second copy in memory. held: what the brake would hold of it.
void write_plan(std::ostream& to, const plan& plan, const braked& held);

/// A written plan, its changes exactly as they were and its list of problems empty. file is its name in messages.
/// Throws message::error: ROSTER_PLAN when it is not what write_plan writes, ROSTER_PLAN_VERSION, ROSTER_PLAN_EDITED,
/// ROSTER_SIZE.
plan read_plan(std::istream& from, const std::string& file);

/// The same from a file. Throws message::error (ROSTER_READ besides).
plan read_plan_file(const std::filesystem::path& file);

/// Whether a text begins as a plan does, as it was written or with other blanks between.
bool begins_as_plan(std::string_view text);

}  // namespace commhost::roster
