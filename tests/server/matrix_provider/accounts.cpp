#include "homeserver.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>

using namespace commhost::test;
using core_communication::failure;
using core_communication::http_method;
using core_communication::user_id;

namespace {

std::string reason(class_room& room, user_id user) {
    const auto found = room.processor().failed().find(user);
    return found == room.processor().failed().end() ? "" : found->second.what();
}

}  // namespace

TEST_CASE("an account is looked up and made, with name and address") {
    auto& server = homeserver::shared();
    class_room room;
    const std::array users{room.enrol(), room.enrol()};
    room.provision();
    const auto others = room.enrol_many(3);
    server.take_requests();
    room.task([&](auto& provider) { provider.create_members(others); });
    CHECK(server.take_requests().size() == 3 * others.size());  // is it there, whose is the address, make it
    CHECK(room.processor().synced().size() == others.size());

    const auto user = server.call(http_method::get, "/_synapse/admin/v2/users/" + room.account(users[0]));
    CHECK(user.at("displayname").as_string() == "Person " + room.username(users[0]));
    CHECK(user.at("threepids").as_array().at(0).at("address").as_string() ==
          room.username(users[0]) + "@school.example");
    CHECK(room.processor().accounts(users)[0] == room.account(users[0]));
}

TEST_CASE("an account that somebody has is found, and keeps the name and addresses they set") {
    auto& server = homeserver::shared();
    class_room room;
    const auto user = room.enrol();
    const auto path = "/_synapse/admin/v2/users/" + room.account(user);
    const std::string address = "own-" + room.username(user) + "@home.example";
    server.call(http_method::put, path,
                {{"displayname", "As I like it"}, {"threepids", {{{"medium", "email"}, {"address", address}}}}});
    server.take_requests();
    room.task([&](auto& provider) { provider.create_members(std::array{user}); });
    CHECK(room.processor().synced() == std::set{user});
    CHECK_FALSE(room.processor().has_made(user));
    for (const auto& request : server.take_requests()) CHECK(request.starts_with("GET "));
    const auto found = server.call(http_method::get, path);
    CHECK(found.at("displayname").as_string() == "As I like it");
    REQUIRE(found.at("threepids").as_array().size() == 1);
    CHECK(found.at("threepids").as_array()[0].at("address").as_string() == address);
}

TEST_CASE("an account that we made follows the roster") {
    auto& server = homeserver::shared();
    class_room room;
    const auto user = room.enrol();
    room.task([&](auto& provider) { provider.create_members(std::array{user}); });
    CHECK(room.processor().has_made(user));
    const auto name = room.username(user);
    room.processor().add_person({user, name, "Renamed", "", "", "new-" + name + "@school.example", {}});
    room.task([&](auto& provider) { provider.create_members(std::array{user}); });
    CHECK(room.processor().synced() == std::set{user});
    const auto found = server.call(http_method::get, "/_synapse/admin/v2/users/" + room.account(user));
    CHECK(found.at("displayname").as_string() == "Renamed");
    REQUIRE(found.at("threepids").as_array().size() == 1);
    CHECK(found.at("threepids").as_array()[0].at("address").as_string() == "new-" + name + "@school.example");
}

TEST_CASE("an account whose making was not stored is known to be ours") {
    class_room room;
    const auto user = room.enrol();
    room.task([&](auto& provider) { provider.create_members(std::array{user}); });
    room.processor().lose_account(user);
    room.task([&](auto& provider) { provider.create_members(std::array{user}); });
    CHECK(room.processor().synced() == std::set{user});
    CHECK(room.processor().has_made(user));
}

TEST_CASE("an account that was being made and that its person made meanwhile by signing in is theirs") {
    auto& server = homeserver::shared();
    class_room room;
    const auto user = room.enrol();
    room.processor().set_value("accounts_begun", room.account(user));
    const auto path = "/_synapse/admin/v2/users/" + room.account(user);
    const boost::json::object signed_in{{"auth_provider", "oidc-school"}, {"external_id", room.username(user)}};
    server.call(http_method::put, path, {{"displayname", "As I like it"}, {"external_ids", {signed_in}}});
    room.task([&](auto& provider) { provider.create_members(std::array{user}); });
    CHECK(room.processor().synced() == std::set{user});
    CHECK_FALSE(room.processor().has_made(user));
    CHECK(server.call(http_method::get, path).at("displayname").as_string() == "As I like it");
}

TEST_CASE("what Synapse refuses is told in its own words, and the others go on") {
    class_room room;
    const auto numeric = room.know({user_id{}, "4711", "", "", "", "", {}});
    const auto too_long = room.know({user_id{}, std::string(260, 'a'), "", "", "", "", {}});
    const auto bad_email =
        room.know({user_id{}, room.username(room.enrol()) + "-mail", "", "", "", "not an address", {}});
    const auto numeric_with_email = room.know({user_id{}, "4712", "", "", "", "4712@example.org", {}});
    const auto nameless = room.know({user_id{}, "", "", "", "", "", {}});
    const auto ourselves = room.know({user_id{}, "admin", "Not ours to rename", "", "", "", {}});
    const auto capital = room.know({user_id{}, "Xx_" + room.username(room.enrol()), "", "", "", "", {}});
    const auto good = room.enrol();
    const std::array users{numeric, too_long, bad_email, numeric_with_email, nameless, ourselves, capital, good};
    room.task([&](auto& provider) { provider.create_members(users); });

    CHECK(reason(room, numeric).find("Numeric user IDs are reserved for guest users (400 M_INVALID_USERNAME)") !=
          std::string::npos);
    CHECK(reason(room, too_long).find("User ID may not be longer than 255 characters") != std::string::npos);
    CHECK(reason(room, numeric_with_email).find("Numeric user IDs are reserved") != std::string::npos);
    CHECK(room.processor().failed().at(numeric_with_email).kind() == failure::rejected);
    const auto& said = room.processor().messages();
    CHECK(std::any_of(said.begin(), said.end(), [](const auto& each) {
        return each.second.find("Unable to parse email address") != std::string::npos;
    }));
    CHECK(room.processor().has_made(bad_email));
    CHECK(reason(room, nameless) == "the roster gives no user name");
    CHECK(reason(room, ourselves) == "@admin:commhost.test is the account that this plugin works with");
    CHECK(room.processor().failed().at(numeric).kind() == failure::rejected);
    CHECK(room.processor().synced() == std::set{bad_email, capital, good});
    CHECK(room.processor().accounts(std::array{capital})[0]->starts_with("@=5fxx__t"));
}

TEST_CASE("who derives to another person's account waits, and the others go on") {
    class_room room;
    const auto first = room.enrol();
    const auto same = room.know({user_id{}, room.username(first), "", "", "", "", {}});
    const auto good = room.enrol();
    room.task([&](auto& provider) { provider.create_members(std::array{first}); });
    room.task([&](auto& provider) { provider.create_members(std::array{same, good}); });
    REQUIRE(room.processor().failed().contains(same));
    CHECK(room.processor().failed().at(same).kind() == failure::conflict);
    CHECK(room.processor().synced() == std::set{good});
}

TEST_CASE("a server admin's account is not taken over") {
    auto& server = homeserver::shared();
    class_room room;
    const auto admin = room.enrol();
    const auto path = "/_synapse/admin/v2/users/" + room.account(admin);
    server.call(http_method::put, path, {{"displayname", "The admin"}, {"admin", true}});
    const auto good = room.enrol();
    room.task([&](auto& provider) { provider.create_members(std::array{admin, good}); });
    CHECK(reason(room, admin) == room.account(admin) + " is the account of a server admin, which is not taken over");
    CHECK(room.processor().failed().at(admin).kind() == failure::conflict);
    CHECK(room.processor().synced() == std::set{good});
    const auto user = server.call(http_method::get, path);
    CHECK(user.at("displayname").as_string() == "The admin");
    CHECK(user.at("threepids").as_array().empty());
    server.call(http_method::put, path, {{"admin", false}});
}

TEST_CASE("an account that is deactivated is nobody's way into a room") {
    auto& server = homeserver::shared();
    class_room room;
    const auto gone = room.enrol();
    const auto good = room.enrol();
    const auto path = "/_synapse/admin/v2/users/" + room.account(gone);
    server.call(http_method::put, path, {{"displayname", "Was here"}});
    server.call(http_method::put, path, {{"deactivated", true}});
    const std::array users{gone, good};
    room.task([&](auto& provider) { provider.create_members(users); });
    CHECK(reason(room, gone).starts_with(room.account(gone) + " is deactivated on the server"));
    CHECK(room.processor().synced() == std::set{good});
    server.call(http_method::put, path, {{"deactivated", false}});
    room.task([&](auto& provider) { provider.create_members(users); });
    CHECK(room.processor().synced() == std::set{gone, good});
}

TEST_CASE("a token without admin rights can make no account at all") {
    auto& server = homeserver::shared();
    class_room room;
    const auto user = room.enrol();
    room.task([&](auto& provider) { provider.create_members(std::array{user}); });
    room.set_site("access_token", server.log_in(room.account(user)));
    const auto other = room.enrol();
    room.task([&](auto& provider) {
        try {
            provider.create_members(std::array{other});
            FAIL("went on");
        } catch (const core_communication::provider_error& failed) {
            CHECK(failed.kind() == failure::unauthorised);
            CHECK(std::string(failed.what()).find("You are not a server admin") != std::string::npos);
        }
        CHECK(room.processor().failed().empty());
    });
}

TEST_CASE(
    "where commhost makes no accounts, a person waits, and is in the room once somebody else has made the account") {
    auto& server = homeserver::shared();
    class_room room;
    room.set_site("make_accounts", false);
    const auto user = room.enrol();
    room.task([&](auto& provider) { provider.create_members(std::array{user}); });
    CHECK(reason(room, user) == "there is no account " + room.account(user) + " yet, and commhost is to make none");
    room.processor().forget_verdicts();
    server.call(http_method::put, "/_synapse/admin/v2/users/" + room.account(user), {{"displayname", "Made by hand"}});
    room.provision();
    CHECK(server.members(room.room_id()).at(room.account(user)) == "join");
    CHECK_FALSE(room.processor().has_made(user));
}

TEST_CASE("a new account is linked with the single sign-on, and whoever signed in before is found by it") {
    auto& server = homeserver::shared();
    class_room room;
    room.set_site("sso_provider", "oidc-school");
    room.set_site("sso_id", "pattern:subject of {username}");
    const std::array users{room.enrol(), room.enrol()};
    const auto subject = [&](user_id user) { return "subject of " + room.username(user); };
    // Signed in, and is called as the provider says.
    const auto own = server.account("called-otherwise-" + room.username(users[0]));
    const auto path = "/_synapse/admin/v2/users/";
    server.call(http_method::put, path + own,
                {{"displayname", "As I like it"},
                 {"external_ids", {{{"auth_provider", "oidc-school"}, {"external_id", subject(users[0])}}}}});
    room.provision();
    CHECK(room.processor().accounts(users)[0] == own);
    CHECK_FALSE(room.processor().has_made(users[0]));
    CHECK(server.members(room.room_id()).at(own) == "join");
    CHECK(server.call(http_method::get, path + own).at("displayname").as_string() == "As I like it");
    const auto made = server.call(http_method::get, path + room.account(users[1]));
    CHECK(made.at("external_ids").at(0).at("auth_provider").as_string() == "oidc-school");
    CHECK(made.at("external_ids").at(0).at("external_id").as_string() == subject(users[1]));
    CHECK(room.processor().has_made(users[1]));
}

TEST_CASE(
    "an account of ours gets the link when its person changes after single sign-on was set, and keeps its others") {
    auto& server = homeserver::shared();
    class_room room;
    const auto user = room.enrol();
    room.provision();
    const auto path = "/_synapse/admin/v2/users/" + room.account(user);
    server.call(http_method::put, path,
                {{"external_ids", {{{"auth_provider", "saml"}, {"external_id", room.username(user)}}}}});
    room.set_site("sso_provider", "oidc-school");
    room.set_site("sso_id", "username");
    for (int times = 0; times < 2; ++times) {
        room.task([&](auto& provider) { provider.create_members(std::array{user}); });
        CHECK(server.call(http_method::get, path).at("external_ids").as_array().size() == 2);
    }
}
