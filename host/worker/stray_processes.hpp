#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace commhost::worker {

/// A line for a child's environment by which its descendants are found again wherever they went: a process that makes
/// itself a daemon leaves its parent, its group and its session, and keeps its environment.
std::string make_mark();

/// Ends every process that carries the mark, those that they start meanwhile too. Those of other users are left alone,
/// as are those that have overwritten their environment. Any thread.
void end_marked(std::string_view mark);

/// How many processes come from this one: its children, theirs and so on, counted until there are more than most. 0 where the
/// system does not tell (/proc, CONFIG_PROC_CHILDREN). For a process with one thread.
std::size_t count_descendants(std::size_t most);

/// Ends every child of this process, those too that come to it because their parent has ended (PR_SET_CHILD_SUBREAPER). Returns
/// whether there were any, or nothing where the system does not tell its children (/proc, CONFIG_PROC_CHILDREN). For a
/// process with one thread.
std::optional<bool> end_children();

}  // namespace commhost::worker
