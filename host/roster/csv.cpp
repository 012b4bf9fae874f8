#include "roster/csv.hpp"

#include "message/error.hpp"
#include "roster/codes.hpp"
#include "text/ascii.hpp"
#include "text/line.hpp"
#include "text/utf8.hpp"

#include <csv.h>

#include <algorithm>
#include <map>
#include <utility>

namespace commhost::roster {

namespace {

constexpr std::size_t largest_row = std::size_t{1} << 20;
constexpr std::size_t most_columns = 1000;

std::string_view without_blanks(std::string_view cell) {
    constexpr std::string_view blanks = " \t";
    const auto from = cell.find_first_not_of(blanks);
    if (from == std::string_view::npos) return {};
    return cell.substr(from, cell.find_last_not_of(blanks) - from + 1);
}

/// libcsv's parser and the row that it is at. Fed line by line, so that the line of each row is known; a row ends with
/// a line, so that no line ends more than one.
class parser {
  public:
    parser() {
        // Strict: a quote in the wrong place is an error. Tolerated, it would let a quote that does not close swallow
        // the rows up to the next quote, and what is in these rows would count as gone.
        csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI);
    }
    ~parser() { csv_free(&parser_); }
    parser(const parser&) = delete;
    parser& operator=(const parser&) = delete;

    /// One line with its end. False: there is a quote in the wrong place.
    bool feed(std::string_view line, std::size_t number) {
        if (!within_row()) {
            line_ = number;
            cells_.clear();
            ends_.clear();
            state_ = state::within;
        }
        return csv_parse(&parser_, line.data(), line.size(), &on_field, &on_end, this) == line.size();
    }

    /// Ends the last row, whose line may have no end.
    bool finish() { return csv_fini(&parser_, &on_field, &on_end, this) == 0; }

    bool within_row() const { return state_ == state::within; }

    /// The row that the last call ended, if it did; its cells live until the next.
    std::optional<csv_row> take_row() {
        if (state_ != state::complete) return std::nullopt;
        state_ = state::between;
        views_.clear();
        std::size_t from = 0;
        for (const auto end : ends_) {
            views_.push_back(without_blanks(std::string_view(cells_).substr(from, end - from)));
            from = end;
        }
        return csv_row{line_, views_};
    }

    /// In which the row begins that is being read.
    std::size_t row_line() const { return line_; }

  private:
    enum class state { between, within, complete };

    static void on_field(void* cell, std::size_t length, void* self) {
        auto& row = *static_cast<parser*>(self);
        row.cells_.append(static_cast<const char*>(cell), length);
        row.ends_.push_back(row.cells_.size());
    }

    static void on_end(int, void* self) { static_cast<parser*>(self)->state_ = state::complete; }

    csv_parser parser_{};
    state state_ = state::between;
    std::string cells_;
    std::vector<std::size_t> ends_;
    std::vector<std::string_view> views_;
    std::size_t line_ = 0;
};

/// The first line of text with its end, be it LF, CRLF or CR.
std::string_view first_line(std::string_view text) {
    const auto end = text.find_first_of("\r\n");
    if (end == std::string_view::npos) return text;
    const bool two = text[end] == '\r' && end + 1 < text.size() && text[end + 1] == '\n';
    return text.substr(0, end + (two ? 2 : 1));
}

}  // namespace

std::string at_line(const std::string& file, std::size_t line) { return file + ":" + std::to_string(line); }

void read_csv(std::string_view text, const std::string& file, const std::function<void(const csv_row&)>& on_row) {
    if (const auto end = text::end_of_valid_utf8(text); end != text.size())
        throw message::error(ROSTER_ENCODING, {{"place", at_line(file, text::line_at(text, end))}});
    text = text::without_byte_order_mark(text);

    parser rows;
    const auto wrong_quote = [&] { return message::error(ROSTER_QUOTE, {{"place", at_line(file, rows.row_line())}}); };
    std::size_t row_size = 0;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto line = first_line(text);
        text.remove_prefix(line.size());
        row_size = (rows.within_row() ? row_size : 0) + line.size();
        if (row_size > largest_row)
            throw message::error(
                ROSTER_ROW_SIZE,
                {{"place", at_line(file, rows.within_row() ? rows.row_line() : number)}, {"limit", "1 MiB"}});
        if (!rows.within_row() && line.find_first_not_of(" \t\r\n") == std::string_view::npos) continue;
        if (!rows.feed(line, number)) throw wrong_quote();
        if (const auto row = rows.take_row()) on_row(*row);
    }
    if (!rows.finish()) throw wrong_quote();
    if (const auto row = rows.take_row()) on_row(*row);
}

void csv_table::read(std::string_view text, const std::string& file, const on_row& row, const on_misfit& misfit) const {
    constexpr std::size_t absent = static_cast<std::size_t>(-1);
    std::vector<std::size_t> positions(columns_.size(), absent);
    std::vector<std::string_view> cells(columns_.size());
    std::size_t named = 0;  // cells that a row must have
    std::size_t width = 0;  // cells that it may have

    const auto read_header = [&](const csv_row& header) {
        if (header.cells.size() > most_columns)
            throw message::error(ROSTER_ROW_SIZE, {{"place", at_line(file, header.line)},
                                                   {"limit", std::to_string(most_columns) + " columns"}});
        width = header.cells.size();
        std::map<std::string, std::size_t> found;
        for (std::size_t position = 0; position < width; ++position) {
            auto name = text::lower(header.cells[position]);
            if (name.empty()) continue;
            named = position + 1;
            if (!found.emplace(std::move(name), position).second)
                throw message::error(ROSTER_COLUMN_TWICE, {{"place", at_line(file, header.line)},
                                                           {"column", text::tidy(header.cells[position])}});
        }
        for (std::size_t index = 0; index < columns_.size(); ++index) {
            const auto at = found.find(text::lower(columns_[index].name));
            if (at != found.end()) {
                positions[index] = at->second;
            } else if (columns_[index].required) {
                throw message::error(ROSTER_COLUMN_MISSING, {{"place", at_line(file, header.line)},
                                                             {"column", std::string(columns_[index].name)}});
            }
        }
    };

    read_csv(text, file, [&](const csv_row& found) {
        if (width == 0) return read_header(found);
        for (std::size_t index = 0; index < cells.size(); ++index)
            cells[index] = positions[index] < found.cells.size() ? found.cells[positions[index]] : std::string_view();
        const csv_row chosen{found.line, cells};
        if (found.cells.size() < named || found.cells.size() > width) {
            misfit(chosen, found.cells.size(), named);
        } else {
            row(chosen);
        }
    });
    if (width == 0) throw message::error(ROSTER_FILE_EMPTY, {{"file", file}});
}

}  // namespace commhost::roster
