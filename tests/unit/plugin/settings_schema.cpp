#include "plugin/settings_schema.hpp"

#include "plugin/codes.hpp"
#include "plugin_fixtures.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace commhost;
using namespace std::chrono_literals;

namespace {

plugin::settings_schema read(std::string_view json) {
    const test::temporary_folder folder;
    test::write_file(folder.path() / "settings.json", json);
    return plugin::read_settings_schema(folder.path() / "settings.json");
}

/// A setting declared with these fields besides name, label and help.
plugin::setting declared(std::string_view fields) {
    return read(R"({"site": [{"name": "it", "label": "it", "help": "it_help", )" + std::string(fields) + "}]}")
        .site.at(0);
}

std::string pointer_of_error(std::string_view fields) {
    const auto thrown = test::thrown_by([&] { declared(fields); });
    CHECK(thrown.code() == plugin::JSON_CONTENT);
    return test::argument(thrown.arguments(), "pointer");
}

/// The text that is stored for a value, or "refused".
std::string stored(const plugin::setting& setting, std::string_view text) {
    try {
        return plugin::text_of(parse_setting(setting, text));
    } catch (const message::error& thrown) {
        CHECK(thrown.code() == plugin::SETTING_VALUE);
        return "refused";
    }
}

}  // namespace

TEST_CASE("site settings and room settings are read in their order") {
    const auto schema = read(R"({"site": [
        {"name": "server", "type": "url", "required": true, "label": "server", "help": "server_help"},
        {"name": "wait", "type": "duration", "default": "2m", "limits": {"min": "1s", "max": "1h"}, "label": "w", "help": "h"},
        {"name": "access", "type": "choice", "default": "open", "label": "a", "help": "h",
         "choices": [{"value": "open", "label": "access_open"}, {"value": "closed", "label": "access_closed"}]}],
      "room": [{"name": "topic", "type": "text", "label": "t", "help": "h", "pattern": "[a-z]+"}]})");
    REQUIRE(schema.site.size() == 3);
    CHECK(schema.site[0].required);
    CHECK(schema.site[1].default_value == "120s");
    CHECK(schema.site[1].highest == 3600);
    CHECK(schema.site[2].choices.at(1).label == "access_closed");
    REQUIRE(schema.room.size() == 1);
    CHECK(schema.room[0].pattern == "[a-z]+");
    CHECK(find_setting(schema.site, "access") == &schema.site[2]);
    CHECK(find_setting(schema.site, "topic") == nullptr);
}

TEST_CASE("what is wrong in settings.json is named by its place") {
    CHECK(pointer_of_error(R"("type": "number")") == "/site/0/type");
    CHECK(pointer_of_error(R"("type": "text", "colour": 1)") == "/site/0/colour");
    CHECK(pointer_of_error(R"("type": "text", "required": "yes")") == "/site/0/required");
    CHECK(pointer_of_error(R"("type": "text", "required": true, "default": "x")") == "/site/0/default");
    CHECK(pointer_of_error(R"("type": "secret", "default": "x")") == "/site/0/default");
    CHECK(pointer_of_error(R"("type": "integer", "default": "5")") == "/site/0/default");
    CHECK(pointer_of_error(R"("type": "integer", "default": 5, "limits": {"max": 4})") == "/site/0/default");
    CHECK(pointer_of_error(R"("type": "integer", "limits": {"min": 5, "max": 4})") == "/site/0/limits");
    CHECK(pointer_of_error(R"("type": "integer", "limits": {"least": 5})") == "/site/0/limits/least");
    CHECK(pointer_of_error(R"("type": "boolean", "limits": {"min": 5})") == "/site/0/limits");
    CHECK(pointer_of_error(R"("type": "duration", "limits": {"min": "soon"})") == "/site/0/limits/min");
    CHECK(pointer_of_error(R"("type": "text", "pattern": "(")") == "/site/0/pattern");
    CHECK(pointer_of_error(R"("type": "url", "pattern": "x")") == "/site/0/pattern");
    // A deep one would overflow the stack of std::regex.
    CHECK(pointer_of_error("\"type\": \"text\", \"pattern\": \"" + std::string(1001, '(') + std::string(1001, ')') +
                           "\"") == "/site/0/pattern");
    CHECK(pointer_of_error(R"("type": "choice")") == "/site/0");
    CHECK(pointer_of_error(R"("type": "choice", "choices": [])") == "/site/0/choices");
    CHECK(pointer_of_error(R"("type": "text", "choices": [{"value": "a", "label": "a"}])") == "/site/0/choices");
    CHECK(pointer_of_error(
              R"("type": "choice", "choices": [{"value": "a", "label": "a"}, {"value": "a", "label": "b"}])") ==
          "/site/0/choices/1");
}

TEST_CASE("a name that stands twice among the site's settings is refused; a room may have the same") {
    const std::string it = R"({"name": "it", "type": "text", "label": "l", "help": "h"})";
    CHECK_THROWS_AS(read(R"({"site": [)" + it + "," + it + "]}"), message::error);
    CHECK_NOTHROW(read(R"({"site": [)" + it + R"(], "room": [)" + it + "]}"));
}

TEST_CASE("each type takes its values and refuses others") {
    const auto text = declared(R"("type": "text", "limits": {"min": 2, "max": 3}, "pattern": "[a-zö]+")");
    CHECK(stored(text, "ab") == "ab");
    CHECK(stored(text, "a") == "refused");
    CHECK(stored(text, "abcd") == "refused");
    CHECK(stored(text, "AB") == "refused");
    CHECK(stored(declared(R"("type": "text", "limits": {"max": 3})"), "öäü") == "öäü");
    CHECK(stored(declared(R"("type": "text")"), "two\nlines") == "refused");
    CHECK(stored(declared(R"("type": "text")"), "\xc3\x28") == "refused");
    CHECK(stored(declared(R"("type": "text")"), std::string(4097, 'x')) == "refused");

    const auto url = declared(R"("type": "url")");
    CHECK(stored(url, "https://matrix.example.org/") == "https://matrix.example.org");
    CHECK(stored(url, "http://[::1]:8008/base//") == "http://[::1]:8008/base");
    CHECK(stored(url, "https://app.example.org/#/room/") == "https://app.example.org/#/room/");
    for (const auto* wrong :
         {"", "matrix.example.org", "ftp://example.org", "https://", "https://user:word@example.org", "https://a b"})
        CHECK_MESSAGE(stored(url, wrong) == "refused", wrong);

    const auto integer = declared(R"("type": "integer", "limits": {"min": -1, "max": 10})");
    CHECK(stored(integer, "-1") == "-1");
    for (const auto* wrong : {"", "-2", "11", "1.5", "1 ", "99999999999999999999"})
        CHECK_MESSAGE(stored(integer, wrong) == "refused", wrong);

    const auto duration = declared(R"("type": "duration", "limits": {"max": "1d"})");
    CHECK(stored(duration, "15m") == "900s");
    CHECK(stored(duration, "1d") == "86400s");
    CHECK(std::get<std::chrono::seconds>(parse_setting(duration, "2h")) == 2h);
    for (const auto* wrong : {"", "s", "15", "25h", "-1s", "1 h", "99999999999999999d"})
        CHECK_MESSAGE(stored(duration, wrong) == "refused", wrong);

    const auto boolean = declared(R"("type": "boolean")");
    CHECK(stored(boolean, "true") == "true");
    CHECK(stored(boolean, "yes") == "refused");

    const auto choice =
        declared(R"("type": "choice", "choices": [{"value": "a", "label": "a"}, {"value": "b", "label": "b"}])");
    CHECK(stored(choice, "b") == "b");
    CHECK(stored(choice, "c") == "refused");

    const auto list = declared(R"("type": "list", "limits": {"max": 2}, "pattern": "[a-z]*")");
    CHECK(stored(list, " a , b") == R"(["a","b"])");
    CHECK(stored(list, R"(["a","b"])") == R"(["a","b"])");
    CHECK(stored(list, "") == "[]");
    for (const auto* wrong : {"a,,b", "a,b,c", "A", "[1]", "[\"a\"", "[\"\"]"})
        CHECK_MESSAGE(stored(list, wrong) == "refused", wrong);
}

TEST_CASE("a pattern takes time and memory in proportion to the value, whatever it is") {
    const auto tangled = declared(R"("type": "text", "pattern": "(a*)*(a*)*(a|a)*b")");
    CHECK(stored(tangled, std::string(4096, 'a')) == "refused");
    CHECK(stored(tangled, std::string(4095, 'a') + "b").size() == 4096);
    const auto secret = declared(R"("type": "secret", "pattern": "(a|b|\\n)*")");
    CHECK(stored(secret, std::string(16'384, 'a')).size() == 16'384);
}

TEST_CASE("a pattern counts characters, and has to match the whole value") {
    const auto text = declared(R"("type": "text", "pattern": "[a-zö]{2}|x.")");
    CHECK(stored(text, "öö") == "öö");
    CHECK(stored(text, "xö") == "xö");
    CHECK(stored(text, "aaa") == "refused");
}

TEST_CASE("a pattern that would need much memory, looks back or looks around is refused with its place") {
    CHECK(pointer_of_error(R"("type": "text", "pattern": "(\\pL{900}){1}(\\pL{900}){1}")") == "/site/0/pattern");
    CHECK(pointer_of_error(R"("type": "text", "pattern": "(a)\\1")") == "/site/0/pattern");
    CHECK(pointer_of_error(R"("type": "text", "pattern": "(?=a)a")") == "/site/0/pattern");
    CHECK(pointer_of_error(R"("type": "text", "pattern": ")" + std::string(1001, 'a') + '"') == "/site/0/pattern");
}

TEST_CASE("a plugin declares 256 settings at most") {
    std::string settings;
    for (int number = 0; number < 257; ++number)
        settings += (number == 0 ? "" : ",") + ("{\"name\": \"s" + std::to_string(number)) +
                    R"(", "type": "text", "label": "l", "help": "h"})";
    const auto thrown = test::thrown_by([&] { read("{\"room\": [" + settings + "]}"); });
    CHECK(thrown.code() == plugin::JSON_CONTENT);
    CHECK(test::argument(thrown.arguments(), "pointer") == "/room");
}

TEST_CASE("a refused secret is not repeated in the message, and a reference is not held against the pattern") {
    const auto secret = declared(R"("type": "secret", "pattern": "syt_.*")");
    const auto thrown = test::thrown_by([&] { parse_setting(secret, "hunter2"); });
    CHECK(std::string(thrown.what()).find("hunter2") == std::string::npos);
    CHECK(stored(secret, "syt_1") == "syt_1");
    CHECK(stored(secret, "file:/run/token") == "file:/run/token");
    const auto url =
        test::thrown_by([&] { parse_setting(declared(R"("type": "url")"), "https://me:hunter2@example.org"); });
    CHECK(std::string(url.what()).find("hunter2") == std::string::npos);
}
