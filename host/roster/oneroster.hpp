#pragma once

#include "roster/package.hpp"
#include "roster/roster.hpp"

namespace commhost::roster {

/// Reads an OneRoster CSV package of version 1.1 or 1.2 (1EdTech "OneRoster: CSV Tables" 1.1 and "CSV Binding" 1.2).
/// README.md of this folder tells how each file and column is taken.
///
/// A class becomes the instance ("oneroster", "class", sourcedId), an enrolment the membership with its sourcedId as
/// reference. Bulk makes the scope of a kind full, delta partial, absent partial with nothing named.
///
/// Throws message::error, naming file and line, when the package is refused as a whole: what it lacks could be mistaken
/// for "everybody has left". Faults of single rows are in the roster's list of problems.
roster read_oneroster(const package& from, const reading& how = {});

}  // namespace commhost::roster
