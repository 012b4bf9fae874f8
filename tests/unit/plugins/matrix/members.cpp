#include "matrix/communication_feature.hpp"
#include "scripted_server.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

using namespace commhost::test;
using core_communication::failure;
using core_communication::http_response;
using core_communication::provider_error;
using core_communication::user_id;

namespace {

/// A room in which our account is, and whoever else the state says.
http_response room_with(const std::string& asked, const std::string& others) {
    if (asked.ends_with("/account/whoami")) return {200, {}, R"({"user_id":"@commhost:s"})"};
    if (asked.ends_with("/state"))
        return {200,
                {},
                R"([{"type":"m.room.create","state_key":"","sender":"@commhost:s","content":{"room_version":"11"}},
                {"type":"m.room.member","state_key":"@commhost:s","content":{"membership":"join"}})" +
                    others + "]"};
    if (asked.starts_with("POST ")) return {200, {}, "{}"};
    return {404, {}, R"({"errcode":"M_UNRECOGNIZED"})"};
}

/// Anna, Ben and Cleo, who are wanted in the room and have accounts.
std::array<user_id, 3> three_people(core_communication::testing::memory_processor& processor) {
    processor.set_site_settings(settings_of_matrix());
    processor.set_room_settings(settings_of_matrix_room());
    processor.set_value("room_id", "!room:s");
    const std::array users{user_id{1}, user_id{2}, user_id{3}};
    const std::array<std::string, 3> accounts{"@anna:s", "@ben:s", "@cleo:s"};
    for (std::size_t index = 0; index < users.size(); ++index) {
        processor.want(users[index]);
        processor.set_account(users[index], accounts[index], core_communication::account_origin::made);
    }
    return users;
}

}  // namespace

TEST_CASE("who is of another server is invited once, counts as there while invited, and is taken out by a kick") {
    std::string others;
    auto server = server_of([&](const std::string& asked) { return room_with(asked, others); });
    core_communication::testing::memory_processor processor(server, "room-key-of-the-test");
    processor.set_site_settings(settings_of_matrix());
    processor.set_room_settings(settings_of_matrix_room());
    processor.set_value("room_id", "!room:s");
    const std::array guest{user_id{1}};
    processor.want(guest[0]);
    processor.set_account(guest[0], "@anna:other.example", core_communication::account_origin::found);
    const auto asked = [&](const std::string& beginning) {
        const auto& all = server.asked();
        return std::count_if(all.begin(), all.end(), [&](const auto& each) { return each.starts_with(beginning); });
    };
    {
        communication_matrix::communication_feature provider;
        provider.load_for_instance(processor);
        provider.add_members_to_room(guest);
        CHECK(processor.synced() == std::set{guest[0]});
        CHECK(asked("POST /_matrix/client/v3/rooms/%21room%3As/invite") == 1);
        CHECK(asked("POST /_synapse/admin/v1/join") == 0);
    }
    others = R"(,{"type":"m.room.member","state_key":"@anna:other.example","content":{"membership":"invite"}})";
    processor.forget_verdicts();
    communication_matrix::communication_feature provider;
    provider.load_for_instance(processor);
    provider.synchronise_room_members();
    REQUIRE(processor.remote_members().has_value());
    const auto& seen = *processor.remote_members();
    const auto found =
        std::find_if(seen.begin(), seen.end(), [](const auto& each) { return each.account == "@anna:other.example"; });
    REQUIRE(found != seen.end());
    CHECK(found->presence == core_communication::presence::invited);
    provider.add_members_to_room(guest);
    CHECK(asked("POST /_matrix/client/v3/rooms/%21room%3As/invite") == 1);
    CHECK(processor.synced() == std::set{guest[0]});
    provider.remove_members_from_room(guest);
    CHECK(asked("POST /_matrix/client/v3/rooms/%21room%3As/kick") == 1);
}

TEST_CASE("a creator whom nobody wants any more is shown, and nothing is tried") {
    std::string how = "join";
    auto server = server_of([&](const std::string& asked) -> http_response {
        if (!asked.ends_with("/state")) return room_with(asked, "");
        return {200,
                {},
                R"([{"type":"m.room.create","state_key":"","sender":"@teacher:s",
                     "content":{"room_version":"12","additional_creators":["@commhost:s","@spare:s"]}},
                    {"type":"m.room.member","state_key":"@commhost:s","content":{"membership":"join"}},
                    {"type":"m.room.member","state_key":"@spare:s","content":{"membership":"join"}},
                    {"type":"m.room.member","state_key":"@teacher:s","sender":"@teacher:s",
                     "content":{"membership":")" +
                    how + R"("}}])"};
    });
    core_communication::testing::memory_processor processor(server, "room-key-of-the-test");
    auto settings = settings_of_matrix();
    settings.set("second_account", "@spare:s");
    processor.set_site_settings(settings);
    processor.set_room_settings(settings_of_matrix_room());
    processor.set_value("room_id", "!room:s");
    const std::array teacher{user_id{1}};
    processor.set_account(teacher[0], "@teacher:s", core_communication::account_origin::found);
    bool is_there = true;
    SUBCASE("who is there") {}
    SUBCASE("who has left by now") {
        how = "leave";
        is_there = false;
    }
    communication_matrix::communication_feature provider;
    provider.load_for_instance(processor);
    provider.synchronise_room_members();
    REQUIRE(processor.remote_members().has_value());
    for (const auto& each : *processor.remote_members()) CHECK(each.exempt == (each.account != "@teacher:s"));
    server.forget_requests();
    provider.remove_members_from_room(teacher);
    CHECK(server.asked().empty());
    CHECK(processor.synced().contains(teacher[0]) == !is_there);
    REQUIRE(processor.failed().contains(teacher[0]) == is_there);
    if (is_there) {
        CHECK(processor.failed().at(teacher[0]).kind() == failure::rejected);
        CHECK(std::string(processor.failed().at(teacher[0]).what()).find("has all power") != std::string::npos);
    }
}

TEST_CASE("when the connection is lost in a batch, who may be in the room already is not failed") {
    int joins = 0;
    auto server = server_of([&](const std::string& asked) -> http_response {
        if (asked.ends_with("/account/whoami")) return {200, {}, R"({"user_id":"@commhost:s"})"};
        if (asked.ends_with("/state"))
            return {200,
                    {},
                    R"([{"type":"m.room.create","state_key":"","sender":"@commhost:s","content":{"room_version":"11"}},
                {"type":"m.room.member","state_key":"@commhost:s","content":{"membership":"join"}}])"};
        if (!asked.starts_with("POST /_synapse/admin/v1/join/")) return {404, {}, R"({"errcode":"M_UNRECOGNIZED"})"};
        switch (++joins) {
            case 1: return {200, {}, "{}"};
            case 2: return {403, {}, R"({"errcode":"M_FORBIDDEN","error":"@ben:s is already in the room."})"};
            default: throw provider_error(failure::unavailable, "the connection was reset");
        }
    });
    core_communication::testing::memory_processor processor(server, "room-key-of-the-test");
    const auto users = three_people(processor);
    communication_matrix::communication_feature provider;
    provider.load_for_instance(processor);
    CHECK_THROWS_WITH_AS(provider.add_members_to_room(users), "the connection was reset", provider_error);
    CHECK(processor.synced() == std::set{users[0]});
    CHECK(processor.failed().empty());
}

TEST_CASE("where answers are lost the room is read before anybody is put in or taken out again") {
    // By account, how everybody is in the room; and whose next request gets no answer, and what becomes of it all the same.
    std::map<std::string, std::string> people;
    std::map<std::string, std::string> lost;
    std::vector<std::string> asked_for;
    core_communication::testing::scripted_http server(
        address, [&](const std::string& asked, const core_communication::http_request& request) -> http_response {
            std::string members;
            for (const auto& [account, how] : people)
                members += R"(,{"type":"m.room.member","state_key":")" + account + R"(","sender":")" + account +
                           R"(","content":{"membership":")" + how + R"("}})";
            const bool is_kick = asked.ends_with("/kick");
            if (!is_kick && !asked.starts_with("POST /_synapse/admin/v1/join/")) return room_with(asked, members);
            // The host must not send it a second time by itself.
            CHECK(!request.repeatable.value_or(false));
            const auto account = std::string(boost::json::parse(request.body).at("user_id").as_string());
            asked_for.push_back(account);
            const auto gone = lost.extract(account);
            people[account] = gone ? gone.mapped() : is_kick ? "leave" : "join";
            if (gone) throw provider_error(failure::unavailable, "the answer was lost");
            return {200, {}, "{}"};
        });
    core_communication::testing::memory_processor processor(server, "room-key-of-the-test");
    const auto users = three_people(processor);
    communication_matrix::communication_feature provider;
    provider.load_for_instance(processor);

    SUBCASE("those who had come in") {
        lost = {{"@anna:s", "join"}, {"@ben:s", "join"}};
        provider.add_members_to_room(users);
        CHECK(processor.synced() == std::set{users[0], users[1], users[2]});
        CHECK(asked_for == std::vector<std::string>{"@anna:s", "@ben:s", "@cleo:s"});
    }
    SUBCASE("those who had not, also where they had left before") {
        people["@ben:s"] = "leave";
        lost = {{"@anna:s", "invite"}, {"@ben:s", "leave"}};  // Synapse invites first
        provider.add_members_to_room(users);
        CHECK(processor.synced() == std::set{users[0], users[1], users[2]});
        CHECK(asked_for == std::vector<std::string>{"@anna:s", "@ben:s", "@cleo:s", "@anna:s", "@ben:s"});
    }
    SUBCASE("who came in and went at once is not called back") {
        lost = {{"@anna:s", "leave"}};
        provider.add_members_to_room(users);
        CHECK(processor.synced() == std::set{users[0], users[1], users[2]});
        CHECK(asked_for == std::vector<std::string>{"@anna:s", "@ben:s", "@cleo:s"});
    }
    SUBCASE("those who had gone, and those who had not") {
        people = {{"@anna:s", "join"}, {"@ben:s", "join"}, {"@cleo:s", "join"}};
        lost = {{"@anna:s", "leave"}, {"@cleo:s", "join"}};
        provider.remove_members_from_room(users);
        CHECK(processor.synced() == std::set{users[0], users[1], users[2]});
        CHECK(asked_for == std::vector<std::string>{"@anna:s", "@ben:s", "@cleo:s", "@cleo:s"});
    }
}

TEST_CASE("a server that takes nobody more has answered, and is not asked once more") {
    int joins = 0;
    auto server = server_of([&](const std::string& asked) -> http_response {
        if (!asked.starts_with("POST /_synapse/admin/v1/join/")) return room_with(asked, "");
        ++joins;
        return {403, {}, R"({"errcode":"M_RESOURCE_LIMIT_EXCEEDED","error":"full"})"};
    });
    core_communication::testing::memory_processor processor(server, "room-key-of-the-test");
    const auto users = three_people(processor);
    communication_matrix::communication_feature provider;
    provider.load_for_instance(processor);
    CHECK_THROWS_AS(provider.add_members_to_room(users), provider_error);
    CHECK(joins == 3);
    CHECK(processor.failed().empty());
}

TEST_CASE("where the server takes nobody more, or asks to wait, a lost answer hides nothing of that") {
    auto kind = failure::unavailable;
    http_response other{403, {}, R"({"errcode":"M_RESOURCE_LIMIT_EXCEEDED","error":"full"})"};
    SUBCASE("it is full") {}
    SUBCASE("it asks to wait") {
        kind = failure::rate_limited;
        other = {429, {}, R"({"errcode":"M_LIMIT_EXCEEDED","error":"slowly"})"};
    }
    int joins = 0;
    auto server = server_of([&](const std::string& asked) -> http_response {
        if (!asked.starts_with("POST /_synapse/admin/v1/join/")) return room_with(asked, "");
        if (++joins == 2) throw provider_error(failure::unavailable, "the answer was lost");
        if (joins == 3 && kind == failure::rate_limited) throw provider_error(kind, "slowly");
        return joins == 1 ? http_response{200, {}, "{}"} : other;
    });
    core_communication::testing::memory_processor processor(server, "room-key-of-the-test");
    const auto users = three_people(processor);
    communication_matrix::communication_feature provider;
    provider.load_for_instance(processor);
    try {
        provider.add_members_to_room(users);
        FAIL("the server said something that is about all");
    } catch (const provider_error& said) {
        CHECK(said.kind() == kind);
        CHECK(std::string(said.what()).find("lost") == std::string::npos);
    }
    CHECK(joins == 3);
    CHECK(processor.failed().empty());
}

TEST_CASE("levels whose writing was not answered are read before they are written again, if they have to be") {
    bool arrives = false;
    SUBCASE("and had arrived") { arrives = true; }
    SUBCASE("and had not, while somebody changed them") {}
    std::string levels = R"({"users":{"@commhost:s":100,"@anna:s":0}})";
    int writes = 0;
    core_communication::testing::scripted_http server(
        address, [&](const std::string& asked, const core_communication::http_request& request) -> http_response {
            if (asked.ends_with("/account/whoami")) return {200, {}, R"({"user_id":"@commhost:s"})"};
            if (asked.ends_with("/state"))
                return {
                    200,
                    {},
                    R"([{"type":"m.room.create","state_key":"","sender":"@commhost:s","content":{"room_version":"11"}},
                {"type":"m.room.member","state_key":"@commhost:s","content":{"membership":"join"}},
                {"type":"m.room.member","state_key":"@anna:s","content":{"membership":"join"}},
                {"type":"m.room.power_levels","state_key":"","content":)" +
                        levels + "}]"};
            if (asked == "GET /_matrix/client/v3/rooms/%21room%3As/state/m.room.power_levels") return {200, {}, levels};
            if (asked != "PUT /_matrix/client/v3/rooms/%21room%3As/state/m.room.power_levels")
                return {404, {}, R"({"errcode":"M_UNRECOGNIZED"})"};
            // The host must not send it a second time by itself.
            CHECK(request.repeatable == false);
            if (++writes > 1) {
                levels = request.body;
                return {200, {}, "{}"};
            }
            levels = arrives ? request.body : R"({"users":{"@commhost:s":100,"@anna:s":0,"@ben:s":50}})";
            throw provider_error(failure::unavailable, "the answer was lost");
        });
    core_communication::testing::memory_processor processor(server, "room-key-of-the-test");
    processor.set_site_settings(settings_of_matrix());
    processor.set_value("room_id", "!room:s");
    const std::array users{user_id{1}};
    processor.want(users[0], core_communication::room_role::owner);
    processor.set_account(users[0], "@anna:s", core_communication::account_origin::made);
    communication_matrix::communication_feature provider;
    provider.load_for_instance(processor);
    provider.update_room_membership(users);
    CHECK(processor.synced() == std::set{users[0]});
    CHECK(writes == (arrives ? 1 : 2));
    CHECK(levels.find(R"("@anna:s":90)") != std::string::npos);
    CHECK((levels.find("@ben:s") != std::string::npos) == !arrives);
}
