#include "service/utf8.hpp"

#include <doctest/doctest.h>

#include <string_view>

using namespace commhost;

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
        const auto found = service::first_code_point(text);
        CHECK(found.value == value);
        CHECK(found.bytes == bytes);
    }
}

TEST_CASE("what is not UTF-8 is not read as a code point") {
    for (const std::string_view text :
         {"\x80", "\xC3", "\xC3(", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE2\x82", "\xED\xA0\x80",
          "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"}) {
        const auto found = service::first_code_point(text);
        CHECK(found.value == service::code_point::none);
        CHECK(found.bytes == 1);
    }
}
