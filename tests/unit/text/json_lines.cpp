#include "text/json_lines.hpp"

#include <doctest/doctest.h>

using commhost::text::lines_of_values;

TEST_CASE("each member has the line on which its key stands") {
    const auto lines =
        lines_of_values("{\n  \"a\": \"x\\ny\", \"b\": 1,\n\n  \"C/D\": {\r\n    \"t\": [\n{\"no\": 1}],\n    "
                        "\"u\": null\n  },\n\"e\": true}");
    CHECK(lines.size() == 9);
    CHECK(lines.at("") == 1);
    CHECK(lines.at("/a") == 2);
    CHECK(lines.at("/b") == 2);
    CHECK(lines.at("/C~1D") == 4);
    CHECK(lines.at("/C~1D/t") == 5);
    CHECK(lines.at("/C~1D/t/0") == 6);
    CHECK(lines.at("/C~1D/t/0/no") == 6);
    CHECK(lines.at("/C~1D/u") == 7);
    CHECK(lines.at("/e") == 9);
}

TEST_CASE("of what is no JSON the lines before the fault are known") {
    CHECK(lines_of_values("{\"a\": 1,\n\"b\" 2,\n\"c\": 3}").size() == 3);
    CHECK(lines_of_values("").empty());
    CHECK(lines_of_values("\xEF\xBB\xBF{\"a\": 1}").at("/a") == 1);
}

TEST_CASE("each element of a list has the line on which it begins, whatever its kind") {
    const auto lines =
        lines_of_values("[1,\n-2.5,\n\"x\", // why\n/* or\n not */ null,\n[true,\nfalse], {\n\"a\": [\n7]}]");
    CHECK(lines.at("/0") == 1);
    CHECK(lines.at("/1") == 2);
    CHECK(lines.at("/2") == 3);
    CHECK(lines.at("/3") == 5);
    CHECK(lines.at("/4") == 6);
    CHECK(lines.at("/4/0") == 6);
    CHECK(lines.at("/4/1") == 7);
    CHECK(lines.at("/5") == 7);
    CHECK(lines.at("/5/a") == 8);
    CHECK(lines.at("/5/a/0") == 9);
    CHECK(lines.size() == 11);
}
