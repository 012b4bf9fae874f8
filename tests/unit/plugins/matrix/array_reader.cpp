#include "matrix/array_reader.hpp"

#include <core_communication/provider_error.hpp>

#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

#include <string>
#include <vector>

using communication_matrix::for_each_element;

namespace {

std::vector<std::string> elements(std::string_view text) {
    std::vector<std::string> found;
    for_each_element(text,
                     [&](const boost::json::value& element) { found.push_back(boost::json::serialize(element)); });
    return found;
}

}  // namespace

TEST_CASE("the elements come one by one, whatever they are") {
    const std::string_view text =
        R"( [ {"a":[1,{"b":"]}"}],"c":null} , [[],[2]], "x\"y", -7, 18446744073709551615, 1.5, true, null ] )";
    const std::vector<std::string> expected{R"({"a":[1,{"b":"]}"}],"c":null})",
                                            "[[],[2]]",
                                            R"("x\"y")",
                                            "-7",
                                            "18446744073709551615",
                                            "1.5E0",
                                            "true",
                                            "null"};
    CHECK(elements(text) == expected);
    CHECK(elements("[]").empty());
}

TEST_CASE("what is not one whole array is refused") {
    for (const std::string_view text :
         {"", "{}", "\"x\"", "7", "null", "[", "[1,", "[1}", R"([{"a":1})", "[1] [2]", "[1]x"}) {
        CAPTURE(text);
        CHECK_THROWS_AS(elements(text), core_communication::provider_error);
    }
}
