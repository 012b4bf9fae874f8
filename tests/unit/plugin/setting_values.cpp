#include "plugin/setting_values.hpp"

#include "plugin/codes.hpp"
#include "plugin_fixtures.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

using namespace commhost;
using namespace std::chrono_literals;
using plugin::setting_origin;
using plugin::setting_type;

namespace {

plugin::setting declare(std::string name, setting_type type, std::optional<std::string> default_value = {},
                        bool required = false) {
    plugin::setting declared;
    declared.name = std::move(name);
    declared.type = type;
    declared.default_value = std::move(default_value);
    declared.required = required;
    return declared;
}

const std::vector<plugin::setting> schema{
    declare("server", setting_type::url, {}, true), declare("token", setting_type::secret),
    declare("wait", setting_type::duration, "30s"), declare("tries", setting_type::integer, "3"),
    declare("names", setting_type::list),           declare("loud", setting_type::boolean),
};

plugin::setting_layer layer(setting_origin origin, plugin::setting_texts values) { return {origin, std::move(values)}; }

std::vector<plugin::effective_setting> effective(std::vector<plugin::setting_layer> layers) {
    return plugin::effective_settings("communication_example", schema, layers);
}

}  // namespace

TEST_CASE("the configuration wins over what is stored, and the environment over both") {
    const auto settings =
        effective({layer(setting_origin::stored, {{"wait", "1m"}, {"tries", "4"}, {"server", "http://a"}}),
                   layer(setting_origin::configuration, {{"tries", "5"}, {"server", "http://b/"}}),
                   layer(setting_origin::environment, {{"server", "http://c"}})});
    CHECK(settings[0].text == "http://c");
    CHECK(settings[0].origin == setting_origin::environment);
    CHECK(settings[2].text == "60s");
    CHECK(settings[2].origin == setting_origin::stored);
    CHECK(settings[3].text == "5");
    CHECK(settings[3].origin == setting_origin::configuration);
    CHECK(settings[4].origin == setting_origin::unset);
    CHECK(effective({})[2].origin == setting_origin::default_value);
}

TEST_CASE("an unknown name is an error in the configuration and a left-over in the store") {
    CHECK_NOTHROW(effective({layer(setting_origin::stored, {{"old_name", "x"}})}));
    const auto thrown = test::thrown_by([] {
        effective({layer(setting_origin::configuration, {{"sever", "http://a"}})});
    });
    CHECK(thrown.code() == plugin::SETTING_UNKNOWN);
    CHECK(thrown.text().find("server, token, wait") != std::string::npos);
}

TEST_CASE("a value that does not fit is an error wherever it comes from") {
    CHECK(test::thrown_by([] {
              effective({layer(setting_origin::stored, {{"tries", "many"}})});
          }).code() == plugin::SETTING_VALUE);
}

TEST_CASE("null, objects and fractions are nobody's value, and are refused where they stand") {
    for (const auto* value : {"null", "{}", R"({"file": "x"})", "1.5"}) {
        CAPTURE(std::string(value));
        const auto text = R"({"settings": {"token": )" + std::string(value) + "}}";
        const plugin::json_document document(text, "commhost.json");
        const auto thrown = test::thrown_by([&] { plugin::texts_of(document.root().at("settings")); });
        CHECK(thrown.code() == plugin::JSON_CONTENT);
        CHECK(test::argument(thrown.arguments(), "file") == "commhost.json");
        CHECK(test::argument(thrown.arguments(), "pointer") == "/settings/token");
    }
}

TEST_CASE("what a roster sets for other providers is passed over, whatever it is") {
    const plugin::json_document roster(R"({"other": {"a": 1}, "capacity": 12.5, "tries": 7})", "roster");
    const auto texts = plugin::texts_of(roster.root(), schema);
    REQUIRE(texts.size() == 1);
    CHECK(texts.at("tries").text == "7");
}

TEST_CASE("a number, true, false or an array is taken only by a setting of its type, and else named with its place") {
    const auto read = [](std::string_view text) {
        const plugin::json_document document(text, "commhost.json");
        return effective({{setting_origin::configuration, plugin::texts_of(document.root())}});
    };
    const auto settings = read(R"({"tries": 7, "loud": true, "names": ["x", "y"], "wait": "5m", "token": "t"})");
    CHECK(settings[1].text == "t");
    CHECK(settings[2].text == "300s");
    CHECK(settings[3].text == "7");
    CHECK(settings[4].text == R"(["x","y"])");
    CHECK(settings[5].text == "true");
    CHECK(read(R"({"tries": "7"})")[3].text == "7");  // as the environment has it
    for (const auto* wrong :
         {R"({"token": 12345})", R"({"token": true})", R"({"token": ["a"]})", R"({"server": false})", R"({"wait": 30})",
          R"({"tries": true})", R"({"loud": 1})", R"({"names": 1})"}) {
        CAPTURE(std::string(wrong));
        const auto thrown = test::thrown_by([&] { read(wrong); });
        CHECK(thrown.code() == plugin::JSON_CONTENT);
        CHECK(test::argument(thrown.arguments(), "file") == "commhost.json");
        CHECK(test::argument(thrown.arguments(), "pointer").starts_with("/"));
        CHECK(thrown.text().find("12345") == std::string::npos);
    }
    CHECK(test::thrown_by([&] { read(R"({"token": 12345})"); }).text().find("a string is wanted, found an integer") !=
          std::string::npos);
}

TEST_CASE("a listing says of a secret only that it is set") {
    const auto settings = effective({layer(setting_origin::configuration, {{"token", "hunter2"}, {"tries", "7"}})});
    CHECK(settings[1].shown() == "(set)");
    CHECK(settings[3].shown() == "7");
    CHECK(effective({})[1].shown() == "");
}

TEST_CASE("a plugin reads values by their type, and nothing where nobody set one") {
    const test::temporary_folder folder;
    const plugin::secrets secrets(folder.path() / "key");
    const auto sealed = secrets.seal(plugin::purpose_of("communication_example", "token"), "hunter2");
    const auto settings =
        effective({layer(setting_origin::stored, {{"server", "http://a/"}, {"token", sealed}, {"names", "x, y"}})});
    const plugin::setting_values values("communication_example", settings, secrets);
    CHECK(values.text("server") == "http://a");
    CHECK(values.text("token") == "hunter2");
    CHECK(values.duration("wait") == 30s);
    CHECK(values.integer("tries") == 3);
    CHECK(values.list("names") == std::vector<std::string>{"x", "y"});
    CHECK(values.boolean("loud") == false);
    CHECK(values.urls() == std::vector<std::string>{"http://a"});
    CHECK(values.secret_texts() == std::vector<std::string>{"hunter2"});
    CHECK_THROWS_AS(values.text("sever"), std::logic_error);
    CHECK_THROWS_AS(values.text("tries"), std::logic_error);
    CHECK_THROWS_AS(values.integer("server"), std::logic_error);
}

TEST_CASE("a plugin gets no settings while a required one is missing") {
    const test::temporary_folder folder;
    const auto settings = effective({});
    CHECK(plugin::missing_settings(settings) == std::vector<std::string>{"server"});
    const auto thrown = test::thrown_by(
        [&] { plugin::setting_values("communication_example", settings, plugin::secrets(folder.path() / "key")); });
    CHECK(thrown.code() == plugin::SETTING_MISSING);
    CHECK(thrown.text().find("server") != std::string::npos);
}
