#include "text/json_lines.hpp"

#include <doctest/doctest.h>

using commhost::text::lines_of_members;

TEST_CASE("each member has the line on which its key stands") {
    const auto lines =
        lines_of_members("{\n  \"a\": \"x\\ny\", \"b\": 1,\n\n  \"C/D\": {\r\n    \"t\": [\n{\"no\": 1}],\n    "
                         "\"u\": null\n  },\n\"e\": true}");
    CHECK(lines.size() == 6);
    CHECK(lines.at("/a") == 2);
    CHECK(lines.at("/b") == 2);
    CHECK(lines.at("/C~1D") == 4);
    CHECK(lines.at("/C~1D/t") == 5);
    CHECK(lines.at("/C~1D/u") == 7);
    CHECK(lines.at("/e") == 9);
}

TEST_CASE("of what is no JSON the lines before the fault are known") {
    CHECK(lines_of_members("{\"a\": 1,\n\"b\" 2,\n\"c\": 3}").size() == 2);
    CHECK(lines_of_members("").empty());
    CHECK(lines_of_members("[1, {\"a\": 1}]").empty());
    CHECK(lines_of_members("\xEF\xBB\xBF{\"a\": 1}").at("/a") == 1);
}
