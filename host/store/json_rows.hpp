#pragma once

#include "store/connection.hpp"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace commhost::store {

/// Many rows as one parameter: collects them as a JSON array of arrays, and gives the SQL that turns the parameter back
/// into rows, so that one statement handles all of them.
///
///     json_rows rows;
///     rows.add("u1", "Ada");
///     on.execute("insert into person (id, name) select r.id, r.name from " +
///                json_rows::table(on.dialect(), ":rows", {{"id", column::text}, {"name", column::text}}) + " r",
///                {{"rows", rows.json()}});
class json_rows {
  public:
    json_rows() = default;

    /// One row; what a parameter takes.
    template <class... Cells>
    void add(const Cells&... cells) {
        json_ += count_++ == 0 ? "[" : ",[";
        std::size_t position = 0;
        (append(position++ == 0, parameter("", cells).content), ...);
        json_ += "]";
    }

    std::size_t size() const { return count_; }
    bool empty() const { return count_ == 0; }

    /// The array.
    std::string json() const { return "[" + json_ + "]"; }

    /// A table expression with these columns, in the order of the cells, and one more: "ordinal", the row's position
    /// from 0. text names the parameter: ":rows".
    static std::string table(store::dialect dialect, std::string_view text,
                             std::initializer_list<std::pair<std::string_view, column>> columns);

    /// text, a parameter or the like, to be compared with a column of a large table that is joined with such rows, called r:
    ///
    ///     update account set name = r.name from <table> r
    ///     where account.provider = <in_each_row(":provider")> and account.user_id = r.user_id
    ///
    /// SQLite has no statistics here and takes "provider = :provider" for a condition that few rows meet: it would go through all
    /// of that provider's, and through the JSON for each. A value that may differ from row to row makes it begin with the rows
    /// and look each up by an index of both columns (https://www.sqlite.org/optoverview.html, "Manual Control Of Query Plans").
    static std::string in_each_row(store::dialect dialect, std::string_view text);

    /// A condition for a column of text in which the text of one of such rows stands, also as a part of a word. rows names the
    /// parameter, of one column: ":names".
    static std::string holds_any(store::dialect dialect, std::string_view column_name, std::string_view rows);

  private:
    void append(bool first, const value& cell);

    std::string json_;
    std::size_t count_ = 0;
};

}  // namespace commhost::store
