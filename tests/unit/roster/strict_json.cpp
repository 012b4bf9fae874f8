#include "roster/strict_json.hpp"

#include "roster_fixture.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <string>

using namespace commhost;
using test::refusal;

namespace {

std::string refused(std::string_view text) {
    return refusal([&] { roster::parse_strict_json(text, "x.json"); });
}

}  // namespace

TEST_CASE("JSON is read as RFC 8259 has it, with or without a byte order mark") {
    CHECK(roster::parse_strict_json(" {\"a\": [1, \"\\u00e9\"]} \n", "x.json").at("a").at(1) == "é");
    CHECK(roster::parse_strict_json("\xEF\xBB\xBF{}", "x.json").as_object().empty());
}

TEST_CASE("what is no JSON is refused with its line") {
    CHECK(refused("{\n\"a\": 1,\n}").starts_with("ROSTER_JSON: x.json:3: this is no JSON"));
    CHECK(refused("").starts_with("ROSTER_JSON: x.json:1:"));
    CHECK(refused("{\"a\": 1").starts_with("ROSTER_JSON: x.json:1:"));
    CHECK(refused("{}\n{}").starts_with("ROSTER_JSON: x.json:2: this is no JSON: there is more after the document"));
    CHECK(refused("// note\n{}").starts_with("ROSTER_JSON: x.json:1:"));
    CHECK(refused("{\"a\":\n\"\xFF\"}").starts_with("ROSTER_ENCODING: x.json:2:"));
    CHECK(refused(std::string("{}\0", 3)).starts_with("ROSTER_ENCODING: x.json:1:"));
}

TEST_CASE("a field that is there twice is refused, however it is written") {
    CHECK(refused("{\"a\": 1,\n \"b\": {\"a\": 2},\n \"\\u0061\": 3}") ==
          "ROSTER_JSON: x.json:3: this is no JSON: the key 'a' stands twice. Nothing was changed.");
    CHECK(refused("[{\"a\": 1}, {\"a\": 2}]").empty());
}

TEST_CASE("ten thousand levels are refused") {
    CHECK(refused(std::string(10'000, '[') + std::string(10'000, ']')).starts_with("ROSTER_JSON: x.json:1:"));
}
