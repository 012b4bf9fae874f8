#include "plugin/language_check.hpp"

#include "message/codes.hpp"
#include "plugin/codes.hpp"
#include "plugin_fixtures.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace commhost;
using list = std::vector<std::string>;

namespace {

/// "CODE line": of a problem without a line, its code alone.
list told(const plugin::language_report& report) {
    list lines;
    for (const auto& each : report.problems) {
        std::string line(each.code.id());
        for (const auto& [name, value] : each.arguments)
            if (name == "line") line += " " + value;
        lines.push_back(line);
    }
    return lines;
}

struct plugin_folder {
    test::temporary_folder folder;
    void write(const std::string& language, std::string_view text) const {
        test::write_file(folder.path() / "lang" / language / "communication_example.json", text);
    }
    plugin::language_report check() const {
        const auto reports = plugin::check_languages(folder.path());
        REQUIRE(reports.size() == 1);
        return reports.front();
    }
};

}  // namespace

TEST_CASE("the texts that are built in are in order") {
    const auto report = plugin::check_built_in_languages();
    CHECK(told(report).empty());
    CHECK(report.languages == list{"de", "en"});
    CHECK(report.texts > 500);
}

TEST_CASE("a plugin's texts in order have no problem") {
    const plugin_folder of;
    of.write("en", R"({"pluginname": "Example", "hello": "Hello {name}"})");
    of.write("de", R"({"pluginname": "Beispiel", "hello": "Hallo {name}"})");
    of.write("de_at", R"({"hello": "Servus {name}"})");
    const auto report = of.check();
    CHECK(told(report).empty());
    CHECK(report.component == "communication_example");
    CHECK(report.languages == list{"de", "de_at", "en"});
    CHECK(report.texts == 2);
}

TEST_CASE("each problem of a plugin's texts is told with its line") {
    const plugin_folder of;
    of.write("en", R"({"pluginname": "Example", "hello": "Hello {name}", "n": "{n, plural, one {x} other {y}}"})");
    of.write("de", "{\"pluginname\": \"Beispiel\",\n\"hello\": \"Hallo {nmae}\",\n\"huhu\": \"x\"}");
    CHECK(told(of.check()) ==
          list{"LANG_PLACEHOLDER_UNKNOWN 2", "LANG_PLACEHOLDER_MISSING 2", "LANG_KEY_UNKNOWN 3", "LANG_KEY_MISSING"});
    of.write("de", "{");
    CHECK(told(of.check()) == list{"JSON_SYNTAX 1"});
    of.write("Deutsch", "{}");
    CHECK(told(of.check()) == list{"PLUGIN_LANGUAGE_NAME", "JSON_SYNTAX 1"});
}

TEST_CASE("texts that nothing uses are told where the sources lie beside them") {
    const plugin_folder of;
    of.write(
        "en",
        "{\"pluginname\": \"Example\",\n\"used\": \"a\",\n\"label\": \"b\",\n\"made_up\": \"c\",\n\"left\": \"d\"}");
    test::write_file(of.folder.path() / "settings.json", R"({"site": [{"label": "label"}]})");
    CHECK(told(of.check()).empty());
    test::write_file(of.folder.path() / "feature.cpp", R"(get("used"); get("made_" + id);)");
    CHECK(told(of.check()) == list{"LANG_KEY_UNUSED 5"});
}

TEST_CASE("sources below the folder are looked at, and what a build or git put there is not") {
    const plugin_folder of;
    of.write("en", "{\"pluginname\": \"Example\",\n\"used\": \"a\",\n\"left\": \"d\"}");
    test::write_file(of.folder.path() / "src/chat/feature.cc", R"(get("used");)");
    CHECK(told(of.check()) == list{"LANG_KEY_UNUSED 3"});
    test::write_file(of.folder.path() / "build/CMakeCache.txt", "");
    test::write_file(of.folder.path() / "build/copy/feature.cpp", R"(get("left");)");
    test::write_file(of.folder.path() / ".old/feature.cpp", R"(get("left");)");
    CHECK(told(of.check()) == list{"LANG_KEY_UNUSED 3"});
}

TEST_CASE("a text that a plugin's files name and that is not there is told as the host would refuse it") {
    const plugin_folder of;
    const auto check = [&] { return plugin::check_as_host(of.folder.path()).at(0); };
    of.write("en", R"({"label": "Address"})");
    test::write_file(of.folder.path() / "settings.json",
                     "{\"site\": [{\"name\": \"address\", \"type\": \"url\",\n\"label\": \"label\",\n"
                     "\"help\": \"help\"}], \"room\": []}");
    CHECK(told(check()).empty());  // texts that lie somewhere, without a plugin around them
    test::write_file(of.folder.path() / "version.json",
                     R"({"component": "communication_example", "version": 2026112200, "release": "1", "requires": "0.1",
                         "maturity": "stable", "capabilities": [], "external_data": [], "description": "description"})");
    const auto report = check();
    CHECK(told(report) == list{"PLUGIN_STRING_MISSING", "PLUGIN_STRING_MISSING", "PLUGIN_STRING_MISSING"});
    CHECK(test::argument(report.problems[0].arguments, "key") == "pluginname");
    CHECK(test::argument(report.problems[1].arguments, "key") == "description");
    CHECK(test::argument(report.problems[2].arguments, "used_by") ==
          (of.folder.path() / "settings.json").string() + ", line 3");
    test::write_file(of.folder.path() / "version.json", "{");
    CHECK(told(check()) == list{"JSON_SYNTAX 1", "PLUGIN_STRING_MISSING", "PLUGIN_STRING_MISSING"});
}

TEST_CASE("a folder without English texts cannot be checked") {
    const test::temporary_folder folder;
    const auto code_of = [](const std::filesystem::path& path) {
        return test::thrown_by([&] { plugin::check_languages(path); }).code();
    };
    CHECK(code_of(folder.path()) == message::LANG_FOLDER);
    CHECK(code_of(folder.path() / "nowhere") == message::LANG_FOLDER);
    test::write_file(folder.path() / "lang/de/x.json", "{}");
    CHECK(code_of(folder.path()) == message::LANG_FOLDER);
}

TEST_CASE("an admin's own texts are checked against those they replace") {
    const plugin_folder of;
    of.write("en", R"({"pluginname": "Example"})");
    const test::temporary_folder own;
    test::write_file(own.path() / "en/communication_example.json", R"({"pluginname": "Ours", "lost": "x"})");
    test::write_file(own.path() / "de/core_communication.json",
                     R"({"never": "nimmer", "STORE_OPEN": {"found": "{x}"}})");
    const auto plugin = plugin::check_overrides(own.path(), "communication_example", of.folder.path());
    CHECK(told(plugin) == list{"LANG_OVERRIDE"});
    CHECK(plugin.texts == 1);
    const auto host = plugin::check_built_in_overrides(own.path());
    CHECK(told(host) == list{"LANG_OVERRIDE"});
    CHECK(host.texts == 1);
}
