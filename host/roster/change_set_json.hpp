#pragma once

#include "directory/change_set.hpp"
#include "roster/line_document.hpp"

#include <string>
#include <string_view>

namespace commhost::roster {

/// The field "changes" of a line document: the whole change set but for its source and revision.
void write_changes(line_writer& to, const directory::change_set& changes);

/// The same back, into changes. Throws message::error as line_reader does.
void read_changes(line_reader& from, directory::change_set& into);

/// A change set as a document of its own, for a column of a table.
std::string to_text(const directory::change_set& changes);

/// The same back. where: what messages call it. Throws message::error as line_reader does.
directory::change_set change_set_of(const std::string& text, const std::string& where);

}  // namespace commhost::roster
