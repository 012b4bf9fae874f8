#include "text/base64.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace commhost;
using namespace std::string_literals;

TEST_CASE("the examples of RFC 4648, section 10") {
    for (const auto& [bytes, written] :
         {std::pair("", ""), std::pair("f", "Zg=="), std::pair("fo", "Zm8="), std::pair("foo", "Zm9v"),
          std::pair("foob", "Zm9vYg=="), std::pair("fooba", "Zm9vYmE="), std::pair("foobar", "Zm9vYmFy")}) {
        CHECK(text::to_base64(bytes) == written);
        CHECK(text::from_base64(written) == bytes);
    }
    const auto all = "\0\xff\x80 \n"s;
    CHECK(text::from_base64(text::to_base64(all)) == all);
}

TEST_CASE("what is not written so is refused") {
    for (const auto* wrong :
         {"Zg", "Zg=", "Zg===", "Zm9v ", " Zm9v", "Zm9v\n", "Zm9-", "Zm9_", "=", "Z", "Zg==Zg==", "Zh=="}) {
        CAPTURE(wrong);
        CHECK_FALSE(text::from_base64(wrong).has_value());
    }
}
