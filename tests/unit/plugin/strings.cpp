#include "plugin/strings.hpp"

#include "plugin/codes.hpp"
#include "plugin_fixtures.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

using namespace commhost;

namespace {

void write(const test::temporary_folder& folder, const std::string& language, std::string_view json) {
    test::write_file(folder.path() / "lang" / language / "communication_example.json", json);
}

plugin::plugin_strings strings_in(const test::temporary_folder& folder, const std::string& language) {
    return {std::make_shared<const plugin::string_tables>(folder.path(), "communication_example"),
            std::vector<std::string>{language}};
}

}  // namespace

TEST_CASE("a string falls back from de_at to de to en, and to its key in brackets") {
    const test::temporary_folder folder;
    write(folder, "en", R"({"hello": "Hello", "room": "Room", "topic": "Topic"})");
    write(folder, "de", R"({"hello": "Hallo", "room": "Raum"})");
    write(folder, "de_at", R"({"hello": "Servus"})");
    const auto strings = strings_in(folder, "de_at");
    CHECK(strings.get("hello") == "Servus");
    CHECK(strings.get("room") == "Raum");
    CHECK(strings.get("topic") == "Topic");
    CHECK(strings.get("nothing") == "[[nothing]]");
    CHECK(strings_in(folder, "de_ch").get("hello") == "Hallo");
    CHECK(strings_in(folder, "fr").get("hello") == "Hello");
    const plugin::string_tables tables(folder.path(), "communication_example");
    CHECK(tables.languages() == std::vector<std::string>{"de", "de_at", "en"});
    CHECK(!tables.has("nothing"));
}

TEST_CASE("placeholders are replaced by name") {
    const test::temporary_folder folder;
    write(folder, "en", R"({"joined": "{name} is in {room}, {unknown}"})");
    CHECK(strings_in(folder, "en").get("joined", {{"room", "Physics"}, {"name", "Ada"}}) ==
          "Ada is in Physics, {unknown}");
}

TEST_CASE("strings that cannot be used are errors") {
    const auto code_of = [](const test::temporary_folder& folder) {
        return test::thrown_by([&] { plugin::string_tables(folder.path(), "communication_example"); }).code();
    };
    const test::temporary_folder none;
    CHECK(code_of(none) == plugin::PLUGIN_STRINGS_MISSING);
    write(none, "de", "{}");
    CHECK(code_of(none) == plugin::PLUGIN_STRINGS_MISSING);
    write(none, "en", R"({"a": 1})");
    CHECK(code_of(none) == plugin::JSON_CONTENT);
    write(none, "en", "{}");
    write(none, "Deutsch", "{}");
    CHECK(code_of(none) == plugin::PLUGIN_LANGUAGE_NAME);
    const test::temporary_folder other;
    test::write_file(other.path() / "lang/en/communication_other.json", "{}");
    CHECK(code_of(other) == plugin::JSON_READ);
}

TEST_CASE("a text has the plural forms of the language it is in") {
    const test::temporary_folder folder;
    write(folder, "en", R"({"n": "{count, plural, one {# person} other {# people}}"})");
    write(folder, "de", R"({"n": "{count, plural, one {# Person} other {# Personen}}"})");
    CHECK(strings_in(folder, "de").get("n", {{"count", "1"}}) == "1 Person");
    CHECK(strings_in(folder, "fr").get("n", {{"count", "0"}}) == "0 people");
}

TEST_CASE("an admin's own texts stand over the plugin's, and what is broken of them does not") {
    const test::temporary_folder folder;
    write(folder, "en", R"({"hello": "Hello {name}", "room": "Room"})");
    const auto tables = std::make_shared<const plugin::string_tables>(folder.path(), "communication_example");
    const auto get = [&](const std::string& key) {
        const auto mixed = plugin::with_overrides(tables, folder.path() / "own", "communication_example");
        return plugin::plugin_strings(mixed, std::vector<std::string>{"de"}).get(key, {{"name", "Ada"}});
    };
    CHECK(get("hello") == "Hello Ada");
    test::write_file(folder.path() / "own/en/communication_example.json", R"({"hello": "Good day, {name}"})");
    CHECK(get("hello") == "Good day, Ada");
    test::write_file(folder.path() / "own/de/communication_example.json",
                     R"({"hello": "Hallo {nmae}", "room": "Raum"})");
    CHECK(get("hello") == "Good day, Ada");
    CHECK(get("room") == "Raum");
    test::write_file(folder.path() / "own/de/communication_example.json", "{");
    CHECK(get("room") == "Room");
}
