#include "service/value_erasure.hpp"

#include "service/migrations.hpp"
#include "service/room_values.hpp"
#include "service/site_values.hpp"
#include "test_database.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace commhost;
using core_communication::communication_id;

TEST_CASE("an account is taken out where it stands by itself, and left where it is a part of another name") {
    const auto without = [](std::string_view text) {
        return service::without_account(text, "@ada:school.example", "***");
    };
    CHECK(without(R"(["@ada:school.example","@bob:school.example"])") == R"(["***","@bob:school.example"])");
    CHECK(without("@ada:school.example 17 abc\n@ada:school.example.org 18 abc") ==
          "*** 17 abc\n@ada:school.example.org 18 abc");
    CHECK(without("@ada:school.example@ada:school.example") == "@ada:school.example@ada:school.example");
    CHECK(without("") == "");
    CHECK(service::without_account("!ada:server ada, ada", "ada", "***") == "!ada:server ***, ***");
}

TEST_CASE("what providers keep for rooms and sites names an account no more, and the rest is kept") {
    test::test_database database;
    store::migrate(*database, service::migrations());
    const auto on = database->borrow();
    constexpr communication_id physics{7};
    service::set_room_value(*on, physics, "begun", R"(["ada","bob"])");
    service::set_room_value(*on, physics, "room_id", "!ada:server");
    service::set_site_value(*on, "matrix", "seen", "ada 17\nbob 18");
    service::erase_from_values(*on, "ada", "***");
    CHECK(service::room_value(*on, physics, "begun") == R"(["***","bob"])");
    CHECK(service::room_value(*on, physics, "room_id") == "!ada:server");
    CHECK(service::site_value(*on, "matrix", "seen") == "*** 17\nbob 18");
}
