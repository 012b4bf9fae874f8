#include "text/utf8.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>

using namespace commhost::text;

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

TEST_CASE("code points of every length are counted, a NUL byte among them") {
    CHECK(code_points("") == 0);
    CHECK(code_points("Zo\u00eb \u20ac\U0001F701") == 6);
    CHECK(code_points(std::string("a\0b", 3)) == 3);
    CHECK(code_points("\xF4\x8F\xBF\xBF") == 1);
}

TEST_CASE("what is not UTF-8 has no number of code points") {
    for (const std::string_view text :
         {"\x80", "\xC3", "\xC3(", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE2\x82", "\xED\xA0\x80",
          "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"})
        CHECK(code_points(text) == std::nullopt);
}

TEST_CASE("a byte order mark is skipped at the beginning alone") {
    CHECK(without_byte_order_mark("\xEF\xBB\xBF{}") == "{}");
    CHECK(without_byte_order_mark("{}\xEF\xBB\xBF") == "{}\xEF\xBB\xBF");
    CHECK(without_byte_order_mark("\xEF\xBB") == "\xEF\xBB");
}

TEST_CASE("text from outside becomes one line that can be stored and shown") {
    CHECK(commhost::text::printable("Zoë", 10) == "Zoë");
    CHECK(commhost::text::printable("a\x1b[31m\nb\x7f", 10) == "a [31m b ");
    CHECK(commhost::text::printable("a\xC2\x9B"
                                    "b",
                                    10) == "a b");
    CHECK(commhost::text::printable("\xff"
                                    "a\xC3",
                                    10) == "\xEF\xBF\xBD"
                                           "a\xEF\xBF\xBD");
    CHECK(commhost::text::printable(std::string_view("a\0b", 3), 10) == "a b");
    CHECK(commhost::text::printable("ääää", 3) == "äää...");
    CHECK(commhost::text::printable("äää", 3) == "äää");
}

TEST_CASE("code points of every length are read") {
    using namespace std::string_view_literals;
    struct row {
        std::string_view text;
        char32_t value;
        std::size_t bytes;
    };
    for (const auto& [text, value, bytes] :
         {row{"\0"sv, 0, 1}, row{"ax", 'a', 1}, row{"\xC3\xABx", 0xEB, 2}, row{"\xE2\x82\xAC", 0x20AC, 3},
          row{"\xF0\x9F\x9C\x81", 0x1F701, 4}, row{"\xF4\x8F\xBF\xBF", 0x10FFFF, 4}}) {
        const auto found = first_code_point(text);
        CHECK(found.value == value);
        CHECK(found.bytes == bytes);
    }
}

TEST_CASE("what is not UTF-8 is not read as a code point") {
    for (const std::string_view text :
         {"\x80", "\xC3", "\xC3(", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE2\x82", "\xED\xA0\x80",
          "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"}) {
        const auto found = first_code_point(text);
        CHECK(found.value == code_point::none);
        CHECK(found.bytes == 1);
    }
}

TEST_CASE("what ends a line or turns the direction of writing is not shown") {
    CHECK(printable("a\u2028b\u202Ec\u200Fd", 10) == "a b c d");
}

TEST_CASE("the first code points are whole") {
    CHECK(first_code_points("a\u00E4\u20AC", 2) == "a\u00E4");
    CHECK(first_code_points("a\u00E4", 5) == "a\u00E4");
    CHECK(first_code_points("\xFF\xFFz", 2) == "\xFF\xFF");
}
