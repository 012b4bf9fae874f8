#include "worker/validator/given_settings.hpp"

#include "message/error.hpp"
#include "temporary_folder.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <string>

using commhost::plugin::setting;
using commhost::plugin::setting_type;
using commhost::plugin::settings_schema;
using namespace commhost::worker::validator;

namespace {

setting required(std::string name, setting_type type) {
    setting made;
    made.name = std::move(name);
    made.type = type;
    made.required = true;
    return made;
}

}  // namespace

TEST_CASE("what is required is made up so that it fits type, limits and pattern") {
    settings_schema schema;
    schema.site = {required("address", setting_type::url),    required("number", setting_type::integer),
                   required("pause", setting_type::duration), required("names", setting_type::list),
                   required("token", setting_type::secret),   required("word", setting_type::text)};
    schema.site[1].lowest = 7;
    schema.site[2].highest = 30;
    schema.site[3].lowest = 2;
    schema.site[4].lowest = 40;
    schema.site[5].pattern = "[A-Z]+";
    const auto made = made_up_settings(schema);
    CHECK(made.missing.empty());
    CHECK_FALSE(made.name_a_server);
    const auto values = values_of("communication_x", schema.site, made.site);
    CHECK(values.text("address").starts_with("https://"));
    CHECK(values.integer("number") == 7);
    CHECK(values.duration("pause").count() == 1);
    CHECK(values.list("names").size() == 2);
    CHECK(values.text("token").size() >= 40);
    CHECK(values.text("token").starts_with("commhost-secret-token"));
    CHECK(values.text("word") == "VALIDATE");
}

TEST_CASE("what nothing fits is named, so that whoever runs the validator can give it") {
    settings_schema schema;
    schema.room = {required("code", setting_type::text)};
    schema.room[0].pattern = "Q[0-9]{3}z";
    CHECK(made_up_settings(schema).missing == std::vector<std::string>{"room/code"});
}

TEST_CASE("a secret that was given is opened, and one that looks like a reference is taken as it is") {
    const commhost::test::temporary_folder folder;
    const auto file = folder.path() / "settings.json";
    std::ofstream(file) << R"({"site": {"token": "plain"}, "accounts": ["a", "b"]})";
    settings_schema schema;
    schema.site = {required("token", setting_type::secret)};
    const auto given = read_given_settings(file, "communication_x", schema);
    CHECK(given.name_a_server);
    CHECK(given.accounts == std::vector<std::string>{"a", "b"});
    CHECK(given.site.at("token") == "plain");
    CHECK(values_of("communication_x", schema.site, {{"token", "file:/nowhere"}}).text("token") == "file:/nowhere");
}

TEST_CASE("a setting that is missing or not declared is an error") {
    const commhost::test::temporary_folder folder;
    const auto file = folder.path() / "settings.json";
    settings_schema schema;
    schema.site = {required("token", setting_type::secret)};
    for (const auto* content : {R"({})", R"({"site": {"token": "a", "other": "b"}})", R"({"sites": {}})"}) {
        std::ofstream(file) << content;
        CHECK_THROWS_AS(read_given_settings(file, "communication_x", schema), commhost::message::error);
    }
}
