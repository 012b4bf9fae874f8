#include "plugin/json_document.hpp"

#include "plugin/codes.hpp"
#include "plugin_fixtures.hpp"
#include "temporary_folder.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <string>

using namespace commhost;
using plugin::json_document;

namespace {

message::error syntax_error(std::string_view text) {
    auto thrown = test::thrown_by([&] { json_document(text, "version.json"); });
    CHECK(thrown.code() == plugin::JSON_SYNTAX);
    CHECK(test::argument(thrown.arguments(), "file") == "version.json");
    return thrown;
}

std::string line_of(std::string_view text) { return test::argument(syntax_error(text).arguments(), "line"); }

message::error content_error(std::string_view text, void (*use)(const plugin::json_place&)) {
    const json_document document(text, "version.json");
    auto thrown = test::thrown_by([&] { use(document.root()); });
    CHECK(thrown.code() == plugin::JSON_CONTENT);
    return thrown;
}

}  // namespace

TEST_CASE("a syntax error names the line") {
    CHECK(line_of("{\n  \"a\": 1\n  \"b\": 2\n}") == "3");
    CHECK(line_of("{\"a\": 1,}") == "1");
    CHECK(line_of("{}\n\n[]") == "3");
    CHECK(line_of("{\n\n\"a\": 1 // why\n}") == "3");
    CHECK(line_of("") == "1");
    CHECK(line_of("{\n\"a\": \"\xff\"}") == "2");
}

TEST_CASE("a key that stands twice in an object is refused, in two objects it is not") {
    const auto thrown = syntax_error("{\"a\": 1,\n \"b\": {\"a\": 2},\n \"\\u0061\": 3}");
    CHECK(test::argument(thrown.arguments(), "line") == "3");
    CHECK(test::argument(thrown.arguments(), "reason") == "the key 'a' stands twice");
}

TEST_CASE("a document that is nested too deeply is refused") {
    CHECK(line_of(std::string(33, '[') + std::string(33, ']')) == "1");
    CHECK_NOTHROW(json_document(std::string(32, '[') + std::string(32, ']'), "deep.json"));
}

TEST_CASE("values come with the way to them") {
    const json_document document(R"({"room": [{"a/b~c": "x"}], "n": -7, "yes": true})", "settings.json");
    const auto root = document.root();
    const auto inner = root.at("room").elements().at(0).at("a/b~c");
    CHECK(inner.pointer() == "/room/0/a~1b~0c");
    CHECK(inner.text() == "x");
    CHECK(root.at("n").integer() == -7);
    CHECK(root.at("yes").boolean());
    CHECK(root.find("no").empty());
    CHECK(root.members().size() == 3);
}

TEST_CASE("a wrong value is named by its JSON pointer, with what was found and what is wanted") {
    const auto thrown =
        content_error(R"({"a": [1, "2"]})", [](const auto& root) { root.at("a").elements()[1].integer(); });
    CHECK(thrown.text() ==
          "version.json, line 1, at /a/1: an integer is wanted, found a string. The file was not used.");
    for (const auto* large : {R"({"a": 18446744073709551615})", R"({"a": 20261122000000000000000})"}) {
        const auto told = content_error(large, [](const auto& root) { root.at("a").integer(); }).text();
        CHECK(told.find("more than 64 bits") != std::string::npos);
        CHECK(told.find("fraction") == std::string::npos);
    }
    CHECK(content_error(R"({"a": 1.5})", [](const auto& root) { root.at("a").integer(); }).text().find("fraction") !=
          std::string::npos);
    CHECK(content_error(R"({"a": ""})", [](const auto& root) { root.at("a").text(); }).text().find("empty") !=
          std::string::npos);
    CHECK(
        content_error(R"({"a": "\u001b[31m"})", [](const auto& root) { root.at("a").text(); }).text().find("control") !=
        std::string::npos);
    CHECK(content_error("[]", [](const auto& root) { root.at("a"); }).text().find("(the whole document)") !=
          std::string::npos);
}

TEST_CASE("a wrong value is named by its line, in lists and behind comments, too") {
    const auto thrown =
        content_error("{\n\"a\": [\n  1,\n  \"2\"]}", [](const auto& root) { root.at("a").elements()[1].integer(); });
    CHECK(test::argument(thrown.arguments(), "line") == "4");
    CHECK(test::argument(content_error("\n{}", [](const auto& root) { root.at("a"); }).arguments(), "line") == "2");
    const test::temporary_folder folder;
    test::write_file(folder.path() / "x.json", "// one\n/* two\nthree */ {\n\"a\":\nnull}");
    const json_document document(folder.path() / "x.json", text::json_comments::allowed);
    const auto refused = test::thrown_by([&] { document.root().at("a").text(); });
    CHECK(test::argument(refused.arguments(), "line") == "4");
    CHECK(plugin::line_of(folder.path() / "x.json", "/a") == "4");
    CHECK(plugin::line_of(folder.path() / "x.json", "/b") == "?");
    CHECK(plugin::line_of(folder.path() / "absent.json", "/a") == "?");
}

TEST_CASE("a missing field and an unknown one are named") {
    CHECK(content_error("{}", [](const auto& root) { root.at("release"); })
              .text()
              .find("the field 'release' is missing") != std::string::npos);
    const auto thrown = content_error(R"({"a": 1, "colour": 2})", [](const auto& root) { root.has_only({"a", "b"}); });
    CHECK(test::argument(thrown.arguments(), "pointer") == "/colour");
    CHECK(test::argument(thrown.arguments(), "reason") == "no such field is known; known are a, b");
}

TEST_CASE("a file that is absent, too large or no plain file is refused without being waited for") {
    const test::temporary_folder folder;
    CHECK(test::thrown_by([&] { json_document(folder.path() / "none.json"); }).code() == plugin::JSON_READ);

    test::write_file(folder.path() / "large.json", "\"" + std::string(json_document::most_bytes, 'x') + "\"");
    CHECK(test::thrown_by([&] { json_document(folder.path() / "large.json"); }).code() == plugin::JSON_SIZE);

    REQUIRE(::mkfifo((folder.path() / "pipe.json").c_str(), 0600) == 0);
    CHECK(test::thrown_by([&] { json_document(folder.path() / "pipe.json"); }).code() == plugin::JSON_READ);

    test::write_file(folder.path() / "right.json", "{\"a\": 1}\n");
    CHECK(json_document(folder.path() / "right.json").root().at("a").integer() == 1);
}
