// CSV, row by row and as a table with named columns.

#include "roster/csv.hpp"

#include "expectation.hpp"
#include "target.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace commhost::fuzz {

namespace {

using rows = std::vector<std::vector<std::string>>;

/// The rows, as far as they go; refused says why no further.
rows read(std::string_view text, std::string& refused) {
    rows found;
    std::size_t last = 0;
    refused = refusal_of(
        [&] {
            roster::read_csv(text, "file.csv", [&](const roster::csv_row& row) {
                expect(row.line > last && row.line <= text.size() + 1, "rows come in the order of their lines");
                expect(!row.cells.empty(), "a row has a cell");
                last = row.line;
                found.emplace_back(row.cells.begin(), row.cells.end());
            });
        },
        {"place"});
    return found;
}

/// Every cell in quotes (RFC 4180, section 2).
std::string written(const rows& all) {
    std::string text;
    for (const auto& row : all) {
        for (std::size_t index = 0; index < row.size(); ++index) {
            if (index > 0) text += ',';
            text += '"';
            for (const char character : row[index]) text += character == '"' ? "\"\"" : std::string(1, character);
            text += '"';
        }
        text += "\r\n";
    }
    return text;
}

std::vector<std::string> read_table(std::string_view text) {
    std::vector<std::string> seen;
    const roster::csv_table table{{"sourcedId", true}, {"status"}};
    seen.push_back(refusal_of(
        [&] {
            table.read(
                text, "file.csv",
                [&](const roster::csv_row& row) {
                    expect(row.cells.size() == 2, "a table hands out the columns asked for");
                    seen.emplace_back(row.cells[0]);
                    seen.emplace_back(row.cells[1]);
                },
                [&](const roster::csv_row& row, std::size_t found, std::size_t wanted) {
                    expect(row.cells.size() == 2, "a misfit comes with the columns asked for");
                    expect(found != wanted || found == 0, "a misfit does not fit");
                    seen.push_back(std::to_string(found));
                });
        },
        {"place", "file"}));
    return seen;
}

}  // namespace

void run(std::string_view input) {
    std::string refused;
    const auto found = read(input, refused);
    std::string again;
    expect(read(input, again) == found && again == refused, "a file is read twice alike");
    expect(read_table(input) == read_table(input), "a table is read twice alike");

    std::string refused_when_written;
    const auto back = read(written(found), refused_when_written);
    expect(refused_when_written.empty(), "what was read can be written as CSV");
    expect(back == found, "what is written as CSV reads the same");
}

}  // namespace commhost::fuzz
