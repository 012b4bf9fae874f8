#include "roster/csv.hpp"

#include "message/error.hpp"
#include "roster_fixture.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace commhost;
using test::lines;
using test::refusal;

namespace {

/// "line: cell|cell", for each row.
lines rows_of(std::string_view text) {
    lines rows;
    roster::read_csv(text, "x.csv", [&](const roster::csv_row& row) {
        std::string shown = std::to_string(row.line) + ":";
        for (const auto cell : row.cells) shown += " " + std::string(cell) + "|";
        rows.push_back(shown);
    });
    return rows;
}

/// The cells of the columns a and b, for each row that fits; "short" for one that does not.
lines table_of(std::string_view text) {
    lines rows;
    roster::csv_table{{"a", true}, {"b"}}.read(
        text, "x.csv",
        [&](const roster::csv_row& row) {
            rows.push_back(std::string(row.cells[0]) + "|" + std::string(row.cells[1]));
        },
        [&](const roster::csv_row& row, std::size_t found, std::size_t wanted) {
            rows.push_back(std::string(row.cells[0]) + " has " + std::to_string(found) + " of " +
                           std::to_string(wanted));
        });
    return rows;
}

}  // namespace

TEST_CASE("rows know the line they begin in, however lines end") {
    for (const std::string end : {"\n", "\r\n", "\r"}) {
        CAPTURE(end);
        CHECK(rows_of("a,b" + end + end + "\"c" + end + "d\",e" + end + "f,g") ==
              lines{"1: a| b|", "3: c" + end + "d| e|", "5: f| g|"});
    }
}

TEST_CASE(
    "a byte order mark, blanks around cells, doubled quotes and empty cells are as RFC 4180 and real files have them") {
    CHECK(rows_of("\xEF\xBB\xBF"
                  "a, b ,\" c \",\"d \"\"e\"\"\",,\n") == lines{"1: a| b| c| d \"e\"| | |"});
    CHECK(rows_of("").empty());
    CHECK(rows_of("\n \n\r\n").empty());
}

TEST_CASE("a quote that does not close is found in the row where it opens") {
    CHECK(refusal([] { rows_of("a,b\n\"c,d\ne,f\n"); }).starts_with("ROSTER_QUOTE: x.csv:2:"));
    CHECK(refusal([] { rows_of("a,b\n\"c,d\ne,\"f\"\n"); }).starts_with("ROSTER_QUOTE: x.csv:2:"));
    CHECK(refusal([] { rows_of("a,b\nc\"d,e\n"); }).starts_with("ROSTER_QUOTE: x.csv:2:"));
}

TEST_CASE("what is not UTF-8 is refused with its line") {
    CHECK(refusal([] { rows_of("a\nb\nJ\xFCrgen\n"); }) ==
          "ROSTER_ENCODING: x.csv:3: this is not UTF-8 text. Nothing was changed.");
    CHECK(refusal([] { rows_of(std::string("a\nb\0c\n", 6)); }).starts_with("ROSTER_ENCODING: x.csv:2:"));
    CHECK(refusal([] {
              rows_of(std::string("\xFF\xFE"
                                  "a\0",
                                  4));
          }).starts_with("ROSTER_ENCODING: x.csv:1:"));
}

TEST_CASE("a line of 50 MB is refused, alone or as the sum of lines between quotes") {
    CHECK(refusal([] { rows_of("a\n" + std::string(50'000'000, 'x')); }).starts_with("ROSTER_ROW_SIZE: x.csv:2:"));
    std::string many = "a\n\"";
    while (many.size() < 3'000'000) many += "a line of text\n";
    CHECK(refusal([&] { rows_of(many); }).starts_with("ROSTER_ROW_SIZE: x.csv:2:"));
}

TEST_CASE("columns are found by name without regard to case; others are skipped") {
    CHECK(table_of("x,B,A\n1,2,3\n") == lines{"3|2"});
    CHECK(table_of("A\n3\n") == lines{"3|"});
}

TEST_CASE("columns without a name may lack their cells, named ones may not") {
    CHECK(table_of("a,b,,\n1,2\n3,4,,\n5\n6,7,8,9,10\n") == lines{"1|2", "3|4", "5 has 1 of 2", "6 has 5 of 2"});
}

TEST_CASE("a table without a header, a needed column, or with a column twice is refused") {
    CHECK(refusal([] { table_of(""); }).starts_with("ROSTER_FILE_EMPTY: x.csv:"));
    CHECK(refusal([] { table_of("\n\n"); }).starts_with("ROSTER_FILE_EMPTY: x.csv:"));
    CHECK(refusal([] { table_of("b\n1\n"); }) ==
          "ROSTER_COLUMN_MISSING: x.csv:1: there is no column 'a'. Nothing was changed.");
    CHECK(refusal([] { table_of("a,b,A\n"); }) ==
          "ROSTER_COLUMN_TWICE: x.csv:1: there are two columns 'A'. Nothing was changed.");
    CHECK(table_of("a,b\n").empty());
}

TEST_CASE("a hundred thousand columns are refused in the header and left out in a row") {
    const std::string commas(100'000, ',');
    CHECK(refusal([&] { table_of("a" + commas + "\n"); }).starts_with("ROSTER_ROW_SIZE: x.csv:1:"));
    CHECK(table_of("a,b\n1" + commas + "\n2,3\n") == lines{"1 has 100001 of 2", "2|3"});
}
