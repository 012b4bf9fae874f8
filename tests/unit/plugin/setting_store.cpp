#include "plugin/setting_store.hpp"

#include "plugin/codes.hpp"
#include "plugin/migrations.hpp"
#include "plugin_fixtures.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

using namespace commhost;
using core_communication::communication_id;

namespace {

constexpr std::string_view matrix = "communication_matrix";

struct fixture {
    fixture() {
        store::migrate(*database, plugin::migrations());
        schema[0].name = "tries";
        schema[0].type = plugin::setting_type::integer;
        schema[1].name = "token";
        schema[1].type = plugin::setting_type::secret;
    }

    test::test_database database;
    test::temporary_folder folder;
    plugin::secrets secrets{folder.path() / "key"};
    plugin::setting_store values{secrets};
    std::vector<plugin::setting> schema{2};
    store::database::lease on = database->borrow();
};

}  // namespace

TEST_CASE_FIXTURE(fixture, "a value is kept for its component, replaced and taken back") {
    values.set_site(*on, matrix, schema, "tries", "5");
    values.set_site(*on, matrix, schema, "tries", "6");
    values.set_site(*on, "communication_other", schema, "tries", "7");
    CHECK(values.site(*on, matrix).values.size() == 1);
    CHECK(values.site(*on, matrix).values.at("tries").text == "6");
    CHECK(values.unset_site(*on, matrix, "tries"));
    CHECK(!values.unset_site(*on, matrix, "tries"));
    CHECK(values.site(*on, matrix).values.empty());
    CHECK(values.site(*on, "communication_other").values.size() == 1);
}

TEST_CASE_FIXTURE(fixture, "what does not fit the schema is not stored") {
    CHECK(test::thrown_by([&] { values.set_site(*on, matrix, schema, "tries", "x"); }).code() == plugin::SETTING_VALUE);
    CHECK(test::thrown_by([&] { values.set_site(*on, matrix, schema, "trys", "5"); }).code() ==
          plugin::SETTING_UNKNOWN);
    CHECK(values.site(*on, matrix).values.empty());
}

TEST_CASE_FIXTURE(fixture, "a secret is stored sealed, a reference as it is") {
    values.set_site(*on, matrix, schema, "token", "hunter2");
    const auto stored = on->scalar<std::string>("select value from plugin_setting where name = 'token'").value();
    CHECK(stored.starts_with("sealed:v1:"));
    CHECK(stored.find("hunter2") == std::string::npos);
    CHECK(secrets.open("communication_matrix/token", stored) == "hunter2");
    values.set_site(*on, matrix, schema, "token", "env:TOKEN");
    CHECK(values.site(*on, matrix).values.at("token").text == "env:TOKEN");
}

TEST_CASE_FIXTURE(fixture, "each room has its own values, which go with it") {
    const communication_id one{1};
    const communication_id two{2};
    values.set_room(*on, matrix, one, schema, "tries", "5");
    values.set_room(*on, matrix, one, schema, "token", "env:TOKEN");
    values.set_room(*on, matrix, two, schema, "tries", "6");
    CHECK(values.room(*on, one).values.at("tries").text == "5");
    CHECK(values.unset_room(*on, one, "token"));
    values.forget_rooms(*on, std::array{one});
    CHECK(values.room(*on, one).values.empty());
    CHECK(values.room(*on, two).values.at("tries").text == "6");
}

TEST_CASE_FIXTURE(fixture, "a value is part of the caller's transaction") {
    {
        store::transaction whole(*on);
        values.set_room(*on, matrix, communication_id{1}, schema, "tries", "5");
    }
    CHECK(values.room(*on, communication_id{1}).values.empty());
}

TEST_CASE_FIXTURE(fixture, "the values of a component and of several rooms go with them, and nobody else's") {
    values.set_site(*on, matrix, schema, "tries", "5");
    values.set_site(*on, "communication_other", schema, "tries", "7");
    for (const std::int64_t room : {1, 2, 3})
        values.set_room(*on, matrix, communication_id{room}, schema, "tries", "5");
    values.forget_site(*on, matrix);
    values.forget_rooms(*on, std::vector{communication_id{1}, communication_id{3}});
    CHECK(values.site(*on, matrix).values.empty());
    CHECK(values.site(*on, "communication_other").values.size() == 1);
    CHECK(values.room(*on, communication_id{1}).values.empty());
    CHECK(values.room(*on, communication_id{2}).values.size() == 1);
    CHECK(values.room(*on, communication_id{3}).values.empty());
}
