#include "plugin/language_file.hpp"

#include "message/codes.hpp"
#include "plugin/codes.hpp"
#include "plugin_fixtures.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace commhost;

namespace {

const message::string_table english{{"ROOM_LOST/found", "Room {room} is gone."}, {"hello", "Hello"}};

std::string value_of(const plugin::problem& of, std::string_view name) {
    for (const auto& [known, value] : of.arguments)
        if (known == name) return value;
    return "";
}

}  // namespace

TEST_CASE("a language file has texts and texts of messages, and knows their lines") {
    const plugin::language_file file("{\n\"hello\": \"Hallo\",\n\"ROOM_LOST\": {\n\"found\": \"weg\"}}", "de.json");
    CHECK(file.texts() == message::string_table{{"ROOM_LOST/found", "weg"}, {"hello", "Hallo"}});
    const auto found = file.located({message::LANG_PATTERN, "ROOM_LOST/found", {{"key", "ROOM_LOST/found"}}});
    CHECK(value_of(found, "file") == "de.json");
    CHECK(value_of(found, "line") == "4");
    CHECK(value_of(file.located({message::LANG_KEY_MISSING, "bye", {}}), "line").empty());
}

TEST_CASE("a language file that cannot be used is an error") {
    const auto code_of = [](std::string_view text) {
        return test::thrown_by([&] { plugin::language_file(text, "de.json"); }).code();
    };
    CHECK(code_of("") == plugin::JSON_SYNTAX);
    CHECK(code_of("[]") == plugin::JSON_CONTENT);
    CHECK(code_of(R"({"a": 1})") == plugin::JSON_CONTENT);
    CHECK(code_of(R"({"a": {"b": {"c": "x"}}})") == plugin::JSON_CONTENT);
    CHECK(code_of(R"({"a": "\u001b[2J"})") == plugin::JSON_CONTENT);
    CHECK(test::thrown_by([] { plugin::language_file("/nowhere/de.json"); }).code() == plugin::JSON_READ);
}

TEST_CASE("of an admin's own texts the sound ones are used and each broken one is told with its line") {
    const test::temporary_folder folder;
    test::write_file(folder.path() / "de/host.json", "{\n\"hello\": \"Servus\",\n\"ROOM_LOST\": {\"found\": "
                                                     "\"{raum} weg\"},\n\"hallo\": \"x\"}");
    const auto found = plugin::read_overrides(folder.path(), "host", english);
    CHECK(found.texts.at("de") == message::string_table{{"hello", "Servus"}});
    REQUIRE(found.problems.size() == 2);
    for (const auto& each : found.problems) CHECK(each.code == message::LANG_OVERRIDE);
    CHECK(found.problems[0].text().find("line 3") != std::string::npos);
    CHECK(found.problems[0].text().find("{raum}") != std::string::npos);
    CHECK(found.problems[1].text().find("'hallo'") != std::string::npos);
}

TEST_CASE("own texts that nobody can read are told and stop nothing") {
    const test::temporary_folder folder;
    CHECK(plugin::read_overrides(folder.path() / "nothing", "host", english).problems.empty());
    CHECK(plugin::read_overrides("", "host", english).files.empty());
    test::write_file(folder.path() / "de/host.json", "{");
    test::write_file(folder.path() / "Deutsch/host.json", "{}");
    test::write_file(folder.path() / "fr/other.json", "{");
    test::write_file(folder.path() / "it/host.json", R"({"hello": "Ciao"})");
    std::filesystem::create_directories(folder.path() / "es/host.json");
    const auto found = plugin::read_overrides(folder.path(), "host", english);
    CHECK(found.files.size() == 4);
    CHECK(found.problems.size() == 3);
    CHECK(found.texts.at("it").at("hello") == "Ciao");
    CHECK(found.texts.size() == 1);
}

TEST_CASE("an own text may leave a placeholder out") {
    const test::temporary_folder folder;
    test::write_file(folder.path() / "en/host.json", R"({"ROOM_LOST": {"found": "It is gone."}})");
    const auto found = plugin::read_overrides(folder.path(), "host", english);
    CHECK(found.problems.empty());
    CHECK(found.texts.at("en").at("ROOM_LOST/found") == "It is gone.");
}
