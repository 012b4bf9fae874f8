#pragma once

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::roster {

/// "users.csv:12"
std::string at_line(const std::string& file, std::size_t line);

/// One row while it is looked at.
struct csv_row {
    std::size_t line;                         ///< In which it begins, from 1.
    std::span<const std::string_view> cells;  ///< Without their quotes and the blanks around them.
};

/// A CSV file (RFC 4180; lines end in LF, CRLF or CR; a byte order mark and empty lines are skipped), read row by row.
/// The text must live as long.
///
/// Throws message::error, naming file and line: ROSTER_ENCODING (not UTF-8, or a NUL byte), ROSTER_QUOTE (a quote that
/// does not close, or one within an unquoted cell), ROSTER_ROW_SIZE (a row of more than 1 MiB).
void read_csv(std::string_view text, const std::string& file, const std::function<void(const csv_row&)>& on_row);

/// A column that a reader asks for.
struct csv_column {
    std::string_view name;  ///< As the specification spells it; files are matched without regard to case.
    bool required = false;  ///< A file without this column is refused.
};

/// Reads a table whose first row names the columns, and hands out for each row the cells of the columns asked for, in
/// the order asked for (empty where the file has no such column). Unknown columns and columns without a name are
/// skipped.
///
/// Throws besides what read_csv throws: ROSTER_FILE_EMPTY, ROSTER_COLUMN_MISSING, ROSTER_COLUMN_TWICE, ROSTER_ROW_SIZE
/// (more than a thousand columns).
///
/// on_misfit gets a row that has fewer cells than there are named columns, or more than there are columns: with the
/// number of its cells, and its cells as far as they go.
class csv_table {
  public:
    using on_row = std::function<void(const csv_row&)>;
    using on_misfit = std::function<void(const csv_row&, std::size_t found, std::size_t wanted)>;

    explicit csv_table(std::initializer_list<csv_column> columns) : columns_(columns) {}

    void read(std::string_view text, const std::string& file, const on_row& row, const on_misfit& misfit) const;

  private:
    std::vector<csv_column> columns_;
};

}  // namespace commhost::roster
