#include "matrix/power_levels.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace communication_matrix;
using core_communication::room_role;

namespace {

constexpr std::string_view own = "@commhost:x";
constexpr role_levels levels;

power_levels parsed(std::string_view json, std::set<std::string, std::less<>> creators = {}) {
    return power_levels(boost::json::parse(json).as_object(), std::move(creators));
}

merged_levels merged(const power_levels& into, std::vector<role_change> changes) {
    return merge(into, changes, levels, own);
}

const auto room = R"({"ban":50,"events":{"m.room.name":50,"org.example.own":7},"invite":51,"notifications":{"room":20},
    "users":{"@commhost:x":100,"@mod:x":51,"@owner:x":90,"@hand:x":50,"@boss:x":100},"users_default":0})";

}  // namespace

TEST_CASE("a role is read from a level, and a level set by hand is none") {
    const auto in = parsed(room);
    CHECK(role_of("@nobody:x", in, levels) == room_role::member);
    CHECK(role_of("@mod:x", in, levels) == room_role::moderator);
    CHECK(role_of("@owner:x", in, levels) == room_role::owner);
    CHECK(role_of("@hand:x", in, levels) == std::nullopt);
    CHECK(role_of("@boss:x", in, levels) == std::nullopt);
}

TEST_CASE("everybody with an entry is listed, and nobody where that is none") {
    CHECK(parsed(R"({"users":{"@a:x":51,"@b:x":"much","@c:x":0}})").listed() ==
          std::vector<std::string>{"@a:x", "@c:x"});
    CHECK(parsed(R"({"users":[]})").listed().empty());
    CHECK(parsed("{}").listed().empty());
}

TEST_CASE("whoever has what everybody has is a member") {
    const auto in = parsed(R"({"users":{"@a:x":0,"@b:x":-1},"users_default":10})");
    CHECK(role_of("@nobody:x", in, levels) == room_role::member);
    CHECK(role_of("@a:x", in, levels) == room_role::member);
    CHECK(role_of("@b:x", in, levels) == std::nullopt);
}

TEST_CASE("levels written as text, as in old rooms, are levels") {
    const auto in = parsed(R"({"users":{"@a:x":"51","@b:x":"much"}})");
    CHECK(in.of("@a:x") == 51);
    CHECK(in.of("@b:x") == 0);
}

TEST_CASE("changes are merged, and everything else stays as it was") {
    const auto result = merged(parsed(room), {{"@new:x", room_role::owner}, {"@mod:x", room_role::member}});
    CHECK(result.changed);
    CHECK(result.out_of_reach.empty());
    CHECK(result.content == boost::json::parse(R"({"ban":50,"events":{"m.room.name":50,"org.example.own":7},"invite":51,
        "notifications":{"room":20},
        "users":{"@commhost:x":100,"@owner:x":90,"@hand:x":50,"@boss:x":100,"@new:x":90},"users_default":0})"));
}

TEST_CASE("what is as wanted changes nothing") {
    const auto result = merged(parsed(room), {{"@mod:x", room_role::moderator}, {"@nobody:x", room_role::member}});
    CHECK_FALSE(result.changed);
    CHECK(result.content == boost::json::parse(room).as_object());
}

TEST_CASE("where everybody without an entry is a moderator, a member gets an entry of 0, once") {
    const auto in = parsed(R"({"users":{"@commhost:x":100,"@a:x":90},"users_default":51})");
    const std::vector<role_change> changes{{"@a:x", room_role::member}, {"@b:x", room_role::member}};
    const auto result = merged(in, changes);
    CHECK(result.changed);
    CHECK(result.content.at("users") == boost::json::parse(R"({"@commhost:x":100,"@a:x":0,"@b:x":0})"));
    CHECK_FALSE(merged(power_levels(result.content), changes).changed);
}

TEST_CASE("a level set by hand is kept, unless its end is asked for") {
    CHECK_FALSE(merged(parsed(room), {{"@hand:x", room_role::owner, hand_set::keep}}).changed);
    const auto result = merged(parsed(room), {{"@hand:x", room_role::member, hand_set::replace}});
    CHECK(result.changed);
    CHECK_FALSE(power_levels(result.content).lists("@hand:x"));
}

TEST_CASE("who is not below us is left out, so that the server does not refuse the others") {
    const auto result =
        merged(parsed(room), {{"@boss:x", room_role::member, hand_set::replace}, {"@new:x", room_role::moderator}});
    CHECK(result.out_of_reach == std::vector<std::string>{"@boss:x"});
    CHECK(power_levels(result.content).of("@boss:x") == 100);
    CHECK(power_levels(result.content).of("@new:x") == 51);
}

TEST_CASE("nobody is given more than we have") {
    const auto in = parsed(R"({"users":{"@commhost:x":60}})");
    const auto result = merged(in, {{"@a:x", room_role::owner}, {"@b:x", room_role::moderator}});
    CHECK(result.out_of_reach == std::vector<std::string>{"@a:x"});
    CHECK(result.content == boost::json::parse(R"({"users":{"@commhost:x":60,"@b:x":51}})"));
}

TEST_CASE("our own entry and creators are never touched") {
    const auto in = parsed(R"({"users":{"@a:x":51}})", {"@commhost:x", "@spare:x"});
    CHECK(in.of("@spare:x") > 1000);
    const auto result = merged(in, {{"@commhost:x", room_role::member, hand_set::replace},
                                    {"@spare:x", room_role::moderator, hand_set::replace},
                                    {"@a:x", room_role::owner}});
    CHECK(boost::json::serialize(result.content) == R"({"users":{"@a:x":90}})");
}

TEST_CASE("what an action needs has the defaults of the specification") {
    const auto in = parsed(R"({"events":{"m.room.name":40},"state_default":60,"kick":70})");
    CHECK(in.needed_to("kick") == 70);
    CHECK(in.needed_to("ban") == 50);
    CHECK(in.needed_to("invite") == 0);
    CHECK(in.needed_to_set("m.room.name") == 40);
    CHECK(in.needed_to_set("m.room.topic") == 60);
}
