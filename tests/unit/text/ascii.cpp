#include "text/ascii.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace commhost::text;

TEST_CASE("a text is tidied of line breaks and of blanks at its ends") {
    CHECK(tidy(" Chess\r\n for \x7F everybody ") == "Chess for everybody");
    CHECK(tidy(" \n") == "");
    CHECK(lower("sourcedId Ä") == "sourcedid Ä");
    CHECK(has_control_character("a\tb"));
    CHECK_FALSE(has_control_character("a b é"));
}
