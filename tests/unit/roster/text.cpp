#include "roster/text.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace commhost::roster;

TEST_CASE("UTF-8 ends where a byte cannot follow") {
    CHECK(end_of_valid_utf8("Zoë €🜁") == std::string("Zoë €🜁").size());
    CHECK(end_of_valid_utf8("") == 0);
    CHECK(end_of_valid_utf8("ab\xFC"
                            "c") == 2);                 // Latin-1
    CHECK(end_of_valid_utf8("\xC0\xAF") == 0);          // "/" in two bytes
    CHECK(end_of_valid_utf8("a\xE0\x80\xAF") == 1);     // "/" in three bytes
    CHECK(end_of_valid_utf8("\xED\xA0\x80") == 0);      // a surrogate
    CHECK(end_of_valid_utf8("\xF4\x90\x80\x80") == 0);  // beyond U+10FFFF
    CHECK(end_of_valid_utf8("ab\xE2\x82") == 2);        // cut short
    CHECK(end_of_valid_utf8(std::string("ab\0c", 4)) == 2);
}

TEST_CASE("lines are counted whichever way they end") {
    CHECK(line_at("a\nb\nc", 4) == 3);
    CHECK(line_at("a\r\nb\r\nc", 6) == 3);
    CHECK(line_at("a\rb\rc", 4) == 3);
    CHECK(line_at("a", 0) == 1);
}

TEST_CASE("a text is tidied of line breaks and of blanks at its ends") {
    CHECK(tidy(" Chess\r\n for \x7F everybody ") == "Chess for everybody");
    CHECK(tidy(" \n") == "");
    CHECK(lower("sourcedId Ä") == "sourcedid Ä");
    CHECK(has_control_character("a\tb"));
    CHECK_FALSE(has_control_character("a b é"));
}
