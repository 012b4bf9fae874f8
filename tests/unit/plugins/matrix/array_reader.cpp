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

TEST_CASE("nothing is too deep to be read past, and what is deeper than 1,000 comes as null") {
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    CHECK(elements("[" + nested(999) + "]") == std::vector{nested(999)});
    const auto cut = std::string(999, '[') + "null" + std::string(999, ']');
    CHECK(elements("[" + nested(1000) + "]") == std::vector{cut});
    CHECK(elements("[1," + nested(30'000) + R"(,{"a":)" + nested(30'000) + "},2]") ==
          std::vector<std::string>{"1", cut, R"({"a":)" + cut.substr(1, cut.size() - 2) + "}", "2"});
    const auto deep = std::string(1000, '[') + R"([1,{"]":"\\\"}"}],2)" + std::string(1000, ']');
    CHECK(elements(deep) == std::vector{std::string(999, '[') + "null,2" + std::string(999, ']')});
}

TEST_CASE("what is not whole is refused at any depth") {
    for (const std::size_t depth : {999U, 1000U, 1001U, 1002U, 30'000U}) {
        CAPTURE(depth);
        for (const auto& text : {std::string(depth, '['), std::string(depth, '[') + std::string(depth - 1, ']'),
                                 std::string(depth, '[') + "}" + std::string(depth, ']'),
                                 std::string(depth, '[') + std::string(depth + 1, ']'),
                                 std::string(depth, '[') + "\"" + std::string(depth, ']')})
            CHECK_THROWS_AS(elements(text), core_communication::provider_error);
    }
}

TEST_CASE("what is not one whole array is refused") {
    for (const std::string_view text :
         {"", "{}", "\"x\"", "7", "null", "[", "[1,", "[1}", R"([{"a":1})", "[1] [2]", "[1]x"}) {
        CAPTURE(text);
        CHECK_THROWS_AS(elements(text), core_communication::provider_error);
    }
}
