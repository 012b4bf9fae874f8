// An address that another account has: Synapse would take it from that one without a word.

#include "homeserver.hpp"

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <set>
#include <string>
#include <vector>

using namespace commhost::test;
using core_communication::http_method;
using core_communication::user_id;

namespace {

std::string path_of(const std::string& account) { return "/_synapse/admin/v2/users/" + account; }

/// The addresses of an account on the server.
std::vector<std::string> addresses_of(const std::string& account) {
    std::vector<std::string> found;
    const auto shown = homeserver::shared().call(http_method::get, path_of(account));
    for (const auto& each : shown.at("threepids").as_array()) found.emplace_back(each.at("address").as_string());
    return found;
}

using list = std::vector<std::string>;

/// Somebody who has an account that is nobody's of the roster.
std::string have_account(const std::string& name, const std::string& address) {
    auto& server = homeserver::shared();
    server.call(http_method::put, path_of(server.account(name)),
                {{"threepids", {{{"medium", "email"}, {"address", address}}}}});
    return server.account(name);
}

/// Does something as this person, and waits until the server's list shows it.
void use(const std::string& account) {
    auto& server = homeserver::shared();
    // A token that an admin gets for somebody else does not count as that person's.
    server.call(http_method::put, path_of(account), {{"password", "correct horse battery"}});
    const auto logged_in = server.call(http_method::post, "/_matrix/client/v3/login",
                                       {{"type", "m.login.password"},
                                        {"identifier", {{"type", "m.id.user"}, {"user", account}}},
                                        {"password", "correct horse battery"}});
    server.call(http_method::get, "/_matrix/client/v3/account/whoami", nullptr,
                std::string(logged_in.at("access_token").as_string()));
    const auto is_seen = [&] {
        const auto shown = server.call(http_method::get, "/_synapse/admin/v2/users?name=" + account.substr(1, 12));
        for (const auto& each : shown.at("users").as_array())
            if (each.at("name").as_string() == account) return !each.at("last_seen_ts").is_null();
        return false;
    };
    for (const auto begin = std::chrono::steady_clock::now();
         !is_seen() && std::chrono::steady_clock::now() - begin < std::chrono::seconds(60);) {
    }
    REQUIRE(is_seen());
}

}  // namespace

TEST_CASE("two people of one address each get an account, and neither gets the address") {
    class_room room;
    const auto shared = "parents-of-" + room.username(room.enrol()) + "@home.example";
    const auto add = [&](const std::string& name) {
        const auto user = room.know({user_id{}, name + "-of-" + shared.substr(11, 8), "Child", "", "", shared, {}});
        room.processor().want(user);
        return user;
    };
    const std::array children{add("first"), add("second")};
    room.task([&](auto& provider) { provider.create_members(children); });
    CHECK(room.processor().synced() == std::set{children[0], children[1]});
    for (const auto child : children) {
        CHECK(room.processor().has_made(child));
        CHECK(addresses_of(room.account(child)).empty());
    }
}

TEST_CASE("an address stays with the account that has it, when others are made and when they change") {
    auto& server = homeserver::shared();
    class_room room;
    const auto user = room.enrol();
    const auto name = room.username(user);
    const auto address = "taken-" + name + "@home.example";
    const auto other = have_account("other-" + name, address);
    const auto same = room.know({user_id{}, "same-" + name, "Same", "", "", "Taken-" + name + "@Home.example", {}});
    room.task([&](auto& provider) { provider.create_members(std::array{user, same}); });
    CHECK(room.processor().synced().size() == 2);
    CHECK(addresses_of(other) == list{address});
    CHECK(addresses_of(room.account(same)).empty());
    CHECK(addresses_of(room.account(user)) == list{name + "@school.example"});

    room.processor().add_person({user, name, "Renamed", "", "", address, {}});
    room.task([&](auto& provider) { provider.create_members(std::array{user}); });
    CHECK(room.processor().synced() == std::set{user});
    CHECK(addresses_of(other) == list{address});
    CHECK(addresses_of(room.account(user)) == list{name + "@school.example"});
    CHECK(server.call(http_method::get, path_of(room.account(user))).at("displayname").as_string() == "Renamed");
}

TEST_CASE("a change of what is not sent takes one look and no write") {
    auto& server = homeserver::shared();
    class_room room;
    const auto user = room.enrol();
    room.task([&](auto& provider) { provider.create_members(std::array{user}); });
    auto who = room.processor().people(std::array{user}).front();
    who.fields = {{"grades", "10"}, {"phone", "+47 1"}};
    room.processor().add_person(who);
    server.take_requests();
    room.task([&](auto& provider) { provider.create_members(std::array{user}); });
    CHECK(room.processor().synced() == std::set{user});
    const auto requests = server.take_requests();
    REQUIRE(requests.size() == 1);
    CHECK(requests[0].starts_with("GET "));
}

TEST_CASE("of many new accounts those get their address who can have it") {
    auto& server = homeserver::shared();
    class_room room;
    const auto users = room.enrol_many(30);
    const auto taken = room.username(users[3]) + "@school.example";
    const auto other = have_account("few-" + room.username(users[3]), taken);
    use(other);
    server.take_requests();
    room.task([&](auto& provider) { provider.create_members(users); });
    const auto requests = server.take_requests();
    MESSAGE(users.size(), " accounts: ", requests.size(), " requests");
    CHECK(requests.size() <= 3 * users.size() + 3);
    CHECK(addresses_of(other) == list{taken});
    CHECK(addresses_of(room.account(users[3])).empty());
    CHECK(addresses_of(room.account(users[4])) == list{room.username(users[4]) + "@school.example"});
}
