#include "text/strict_json.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <string>
#include <variant>

using namespace commhost;
using text::json_comments;

namespace {

boost::json::value parsed(std::string_view document, json_comments comments = json_comments::refused) {
    return std::get<boost::json::value>(text::parse_strict_json(document, comments));
}

/// "2: why", with "encoding " in front for what is no text; "" when nothing is refused.
std::string refused(std::string_view document, json_comments comments = json_comments::refused) {
    const auto result = text::parse_strict_json(document, comments);
    const auto* fault = std::get_if<text::json_fault>(&result);
    if (fault == nullptr) return "";
    return (fault->what == text::json_fault::kind::encoding ? "encoding " : "") + std::to_string(fault->line) + ": " +
           fault->reason;
}

}  // namespace

TEST_CASE("JSON is read as RFC 8259 has it, with or without a byte order mark") {
    CHECK(parsed(" {\"a\": [1, \"\\u00e9\"]} \n").at("a").at(1) == "\u00e9");
    CHECK(parsed("\xEF\xBB\xBF{}").as_object().empty());
    CHECK(parsed(R"([-7, 18446744073709551615, 1.5, true, null, "x", {}])") ==
          boost::json::parse(R"([-7, 18446744073709551615, 1.5, true, null, "x", {}])"));
}

TEST_CASE("what is no JSON is refused with its line") {
    CHECK(refused("{\n\"a\": 1,\n}").starts_with("3: "));
    CHECK(refused("{\n  \"a\": 1\n  \"b\": 2\n}").starts_with("3: "));
    CHECK(refused("").starts_with("1: "));
    CHECK(refused("{\"a\": 1").starts_with("1: "));
    CHECK(refused("{}\n{}") == "2: there is more after the document");
    CHECK(refused("{\"a\":\n\"\xFF\"}") == "encoding 2: there is a byte that is not UTF-8 text");
    CHECK(refused(std::string("{}\0", 3)).starts_with("encoding 1: "));
    CHECK(refused("\xEF\xBB\xBF\xEF\xBB\xBF{}").starts_with("1: "));
    CHECK(refused("\xEF\xBB\xBF{}\n\n{}") == "3: there is more after the document");
}

TEST_CASE("a number that no double holds is refused, since it could not be written again") {
    CHECK(refused("[\n1e400]") == "2: there is a number that is too large");
    CHECK(refused("[-1e400]") == "1: there is a number that is too large");
    CHECK(parsed("[1e308, 1e-400]").as_array().size() == 2);
}

TEST_CASE("comments are refused unless they are allowed") {
    CHECK(refused("// note\n{}").starts_with("1: "));
    CHECK(refused("{\n\n\"a\": 1 // why\n}").starts_with("3: "));
    CHECK(refused("{} // end").starts_with("1: "));
    CHECK(parsed("// note\n{\"a\": /* one */ 1 // why\n} // end\n", json_comments::allowed).at("a") == 1);
    CHECK(refused("{}\n// end\n{}", json_comments::allowed) == "3: there is more after the document");
}

TEST_CASE("a field that is there twice is refused, however it is written") {
    CHECK(refused("{\"a\": 1,\n \"b\": {\"a\": 2},\n \"\\u0061\": 3}") == "3: the key 'a' stands twice");
    CHECK(refused(R"({"": 1, "": 2})") == "1: the key '' stands twice");
    CHECK(refused("[{\"a\": 1}, {\"a\": 2}]").empty());
}

TEST_CASE("a key that stands twice is named without its control characters") {
    CHECK(refused(R"({"\u001b[31m": 1, "\u001b[31m": 2})") == "1: the key '[31m' stands twice");
}

TEST_CASE("32 levels are read, more are refused") {
    CHECK(refused(std::string(32, '[') + std::string(32, ']')).empty());
    CHECK(refused(std::string(33, '[') + std::string(33, ']')).starts_with("1: "));
}

TEST_CASE("ten thousand levels are refused") {
    CHECK(refused(std::string(10'000, '[') + std::string(10'000, ']')).starts_with("1: "));
    std::string objects;
    for (int level = 0; level < 10'000; ++level) objects += "{\"a\":";
    CHECK(refused(objects + "1" + std::string(10'000, '}')).starts_with("1: "));
}

TEST_CASE("a pointer's parts are escaped") { CHECK(text::pointer_part("a/b~c") == "/a~1b~0c"); }
