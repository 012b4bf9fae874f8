#include "service/value_erasure.hpp"

#include "interrupted_connection.hpp"
#include "service/migrations.hpp"
#include "service/room_values.hpp"
#include "service/site_values.hpp"
#include "test_database.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

using namespace commhost;
using core_communication::communication_id;

namespace {

constexpr communication_id physics{7};
constexpr communication_id music{8};
const std::vector<std::string> ada{"ada"};

}  // namespace

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
    CHECK(service::without_account("al, bo", "al", "***") == "al, bo");
}

TEST_CASE("of JSON the strings lose the account, and neither the names of fields nor what else is written there") {
    const auto without = [](std::string_view text) { return service::without_account(text, "owner", "***"); };
    CHECK(without(R"({"owner" : "owner", "level":1.50, "of":["owner","co-owner", "the owner"]})") ==
          R"({"owner" : "***", "level":1.50, "of":["***","co-owner", "the ***"]})");
    CHECK(without(R"({"a\"owner":"\"owner\" \u0041"})") == R"({"a\"owner":"\"***\" A"})");
    CHECK(without(R"({"owner":)") == R"({"***":)");  // no JSON: a text
    CHECK(without(R"("owner")") == R"("***")");
}

TEST_CASE("what a provider keeps for its rooms and its site names an account no more, and the rest is kept") {
    test::test_database database;
    store::migrate(*database, service::migrations());
    const auto on = database->borrow();
    for (const auto room : {physics, music}) service::set_room_value(*on, room, "begun", R"(["ada","bob"])");
    service::set_room_value(*on, physics, "room_id", "!ada:server");
    service::set_site_value(*on, "matrix", "seen", "ada 17\nbob 18");
    service::set_site_value(*on, "other", "seen", "ada 17");
    const auto found = service::values_with(*on, "matrix", std::array{physics}, "ada");
    REQUIRE(found.size() == 2);
    CHECK(found[0].room == physics);
    CHECK(found[0].key == "begun");
    CHECK(found[1].room == communication_id{});
    CHECK(found[1].key == "seen");

    service::erase_from_values(*on, "matrix", std::array{physics}, ada, "***");
    CHECK(service::room_value(*on, physics, "begun") == R"(["***","bob"])");
    CHECK(service::room_value(*on, physics, "room_id") == "!ada:server");
    CHECK(service::site_value(*on, "matrix", "seen") == "*** 17\nbob 18");
    // Another provider's account of that name may be somebody else's.
    CHECK(service::room_value(*on, music, "begun") == R"(["ada","bob"])");
    CHECK(service::site_value(*on, "other", "seen") == "ada 17");
    CHECK(service::values_with(*on, "matrix", std::array{physics}, "ada").empty());
}

TEST_CASE("what is kept is looked through once for many accounts, however many there are") {
    test::test_database database;
    store::migrate(*database, service::migrations());
    const auto on = database->borrow();
    service::set_room_value(*on, physics, "begun", R"(["ada","bob","carl"])");
    service::set_site_value(*on, "matrix", "seen", "bob 18, al");
    std::vector<std::string> names{"al", "ada", "bob"};
    for (int number = 0; number < 50; ++number) names.push_back("nobody-" + std::to_string(number));
    const auto before = on->statements();
    service::erase_from_values(*on, "matrix", std::array{physics}, names, "***");
    CHECK(on->statements() - before == 4);  // two that look, and one for each value
    CHECK(service::room_value(*on, physics, "begun") == R"(["***","***","carl"])");
    CHECK(service::site_value(*on, "matrix", "seen") == "*** 18, al");
    service::erase_from_values(*on, "matrix", std::array{physics}, std::vector<std::string>{"al"}, "***");
    CHECK(service::site_value(*on, "matrix", "seen") == "*** 18, al");
}

TEST_CASE("what a plugin stores while an account is taken out is not lost, and names it no more") {
    test::test_database database;
    store::migrate(*database, service::migrations());
    const auto on = database->borrow();
    service::set_room_value(*on, physics, "begun", "ada bob");
    test::interrupted_connection at_room(*on, [&] { service::set_room_value(*on, physics, "begun", "ada bob eve"); });
    service::erase_from_values(at_room, "matrix", std::array{physics}, ada, "***");
    CHECK(service::room_value(*on, physics, "begun") == "*** bob eve");

    service::set_site_value(*on, "matrix", "seen", "ada 17");
    test::interrupted_connection at_site(*on,
                                         [&] { service::set_site_value(*on, "matrix", "seen", "ada 17\neve 19"); });
    service::erase_from_values(at_site, "matrix", std::array{physics}, ada, "***");
    CHECK(service::site_value(*on, "matrix", "seen") == "*** 17\neve 19");
}
