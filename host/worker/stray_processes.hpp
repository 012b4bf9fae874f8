#pragma once

#include <string>
#include <string_view>

namespace commhost::worker {

/// A line for a child's environment by which its descendants are found again wherever they went: a process that makes
/// itself a daemon leaves its parent, its group and its session, and keeps its environment.
std::string make_mark();

/// Ends every process that carries the mark, those that they start meanwhile too. Those of other users are left alone,
/// as are those that have overwritten their environment. Any thread.
void end_marked(std::string_view mark);

}  // namespace commhost::worker
