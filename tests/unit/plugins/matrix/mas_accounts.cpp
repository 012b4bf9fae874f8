#include "matrix/mas_accounts.hpp"

#include "mas_stand_in.hpp"
#include "matrix/communication_feature.hpp"
#include "matrix/doctor.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <set>
#include <string>

using namespace commhost::test;
using core_communication::diagnosis;
using core_communication::diagnosis_outcome;
using core_communication::failure;
using core_communication::user_id;

namespace {

/// A room of a school whose homeserver's accounts the service has.
struct school {
    school() : line(server.http()), processor(line, "room-key-of-the-test") {
        communication_matrix::forget_mas_tokens();
        site = server.settings();
    }

    user_id know(const std::string& username, const std::string& name = "", const std::string& email = "") {
        const user_id user{++last};
        processor.add_person({user, username, name, "", "", email, {}});
        return user;
    }
    void create(std::span<const user_id> users) {
        processor.forget_verdicts();
        processor.set_site_settings(site);
        communication_matrix::communication_feature provider;
        provider.load_for_instance(processor);
        provider.create_members(users);
    }
    std::map<std::string, diagnosis> diagnose() {
        processor.set_site_settings(site);
        communication_matrix::communication_feature provider;
        provider.load_for_instance(processor);
        std::map<std::string, diagnosis> found;
        for (auto& each : provider.diagnose()) found.emplace(each.id, each);
        return found;
    }
    std::string reason(user_id user) {
        const auto found = processor.failed().find(user);
        return found == processor.failed().end() ? "" : found->second.what();
    }
    std::size_t asked(const std::string& beginning) const {
        const auto& all = line.asked();
        return static_cast<std::size_t>(
            std::count_if(all.begin(), all.end(), [&](const auto& each) { return each.starts_with(beginning); }));
    }

    mas_stand_in server;
    core_communication::testing::scripted_http line;
    core_communication::testing::memory_processor processor;
    core_communication::testing::memory_settings site = settings_of_matrix();
    std::int64_t last = 0;
};

}  // namespace

TEST_CASE(
    "where the service has the accounts they are made there, and a person waits until they are on the homeserver") {
    school at;
    const std::array people{at.know("ben", "Ben B", "ben@school.example"), at.know("cleo", "Cleo C")};
    at.create(people);
    REQUIRE(at.server.find("ben") != nullptr);
    CHECK(at.server.find("ben")->emails.size() == 1);
    REQUIRE(at.processor.failed().contains(people[0]));
    // Not counted, and tried again.
    CHECK(at.processor.failed().at(people[0]).kind() == failure::unavailable);
    CHECK(at.reason(people[0]) ==
          "@ben:s is made, and Matrix Authentication Service has yet to put it on the homeserver");
    at.create(people);  // still not there
    CHECK(at.processor.failed().at(people[0]).kind() == failure::unavailable);
    CHECK(at.server.users.size() == 2);
    at.server.provision();
    at.create(people);
    CHECK(at.processor.synced() == std::set{people[0], people[1]});
    CHECK(at.processor.has_made(people[0]));
    CHECK(at.server.on_homeserver.at("@ben:s").at("displayname").as_string() == "Ben B");
    CHECK(at.server.users.size() == 2);
    CHECK(at.asked("PUT /_synapse/") == 0);
    CHECK(at.server.tokens == 1);  // one for all of it
}

TEST_CASE(
    "somebody who registered first and is not on the homeserver yet keeps what is theirs, and is found once they are") {
    school at;
    at.site.set("sso_provider", std::string("01PROVIDER"));
    at.site.set("sso_id", std::string("username"));
    at.server.add("ben");
    const auto ben = at.know("ben", "Ben B", "ben@school.example");
    bool is_lost = false;
    SUBCASE("and the service answers") {}
    SUBCASE("and the service goes away in between") { is_lost = true; }
    if (is_lost) {
        at.line.answer_differently([&](const std::string& asked) -> std::optional<core_communication::http_response> {
            if (asked.find("/by-username/") == std::string::npos) return std::nullopt;
            throw core_communication::provider_error(failure::unavailable, "the connection was reset");
        });
        CHECK_THROWS_AS(at.create(std::array{ben}), core_communication::provider_error);
        at.line.answer_differently({});
    }
    at.create(std::array{ben});
    REQUIRE(at.processor.failed().contains(ben));
    CHECK(at.processor.failed().at(ben).kind() == failure::unavailable);
    CHECK(at.reason(ben) ==
          "@ben:s is somebody's in Matrix Authentication Service, which has yet to put it on the homeserver");
    CHECK_FALSE(at.processor.accounts(std::array{ben})[0]);
    at.server.provision();
    at.create(std::array{ben});
    CHECK(at.processor.synced() == std::set{ben});
    CHECK_FALSE(at.processor.has_made(ben));
    CHECK(at.server.find("ben")->emails.empty());
    CHECK(at.server.find("ben")->links.empty());
    CHECK(at.server.on_homeserver.at("@ben:s").at("displayname").as_string() == "ben");
}

TEST_CASE("an account that the homeserver does not have yet is on record as made, whichever room comes next") {
    school at;
    const auto ben = at.know("ben", "Ben B");
    at.create(std::array{ben});
    CHECK(at.processor.failed().contains(ben));
    CHECK(at.processor.accounts(std::array{ben})[0] == "@ben:s");
    CHECK(at.processor.has_made(ben));
    at.processor.lose_values();  // another room knows nothing of what was begun here
    at.create(std::array{ben});
    CHECK(at.processor.failed().at(ben).kind() == failure::unavailable);
    at.server.provision();
    at.create(std::array{ben});
    CHECK(at.processor.synced() == std::set{ben});
    CHECK(at.server.on_homeserver.at("@ben:s").at("displayname").as_string() == "Ben B");
}

TEST_CASE("an account whose making was not answered is ours at the next try") {
    school at;
    const auto ben = at.know("ben", "Ben B");
    at.line.answer_differently([&](const std::string& asked) -> std::optional<core_communication::http_response> {
        if (asked != "POST /mas/api/admin/v1/users") return std::nullopt;
        at.server.add("ben");
        throw core_communication::provider_error(failure::unavailable, "the connection was reset");
    });
    CHECK_THROWS_AS(at.create(std::array{ben}), core_communication::provider_error);
    at.line.answer_differently({});
    SUBCASE("while the homeserver does not have it") { at.create(std::array{ben}); }
    SUBCASE("while the homeserver has it already") {}
    SUBCASE("while the homeserver has it from the older connection") { at.server.is_legacy = true; }
    at.server.provision();
    at.create(std::array{ben});
    CHECK(at.processor.synced() == std::set{ben});
    CHECK(at.processor.has_made(ben));
    CHECK(at.server.on_homeserver.at("@ben:s").at("displayname").as_string() == "Ben B");
}

TEST_CASE(
    "an account of another person that the homeserver does not have yet is not given to whoever has the name now") {
    school at;
    at.site.set("sso_provider", std::string("01PROVIDER"));
    at.site.set("sso_id", std::string("email"));
    const auto ben = at.know("ben", "Ben B", "ben@school.example");
    at.create(std::array{ben});
    const auto other = at.know("ben", "Benjamin C", "");
    const auto cleo = at.know("cleo", "Cleo C", "");
    at.create(std::array{other, cleo});
    REQUIRE(at.processor.failed().contains(other));
    CHECK(at.processor.failed().at(other).kind() == failure::conflict);
    CHECK(at.processor.has_made(cleo));  // who is with them goes on
    CHECK(at.processor.accounts(std::array{ben})[0] == "@ben:s");
    CHECK(at.server.find("ben")->links.size() == 1);
}

TEST_CASE("an account that was begun and never made is made") {
    school at;
    const auto ben = at.know("ben", "Ben B");
    at.line.answer_differently([&](const std::string& asked) -> std::optional<core_communication::http_response> {
        if (asked != "POST /mas/api/admin/v1/users") return std::nullopt;
        throw core_communication::provider_error(failure::unavailable, "the connection was reset");
    });
    CHECK_THROWS_AS(at.create(std::array{ben}), core_communication::provider_error);
    at.line.answer_differently({});
    at.create(std::array{ben});
    CHECK(at.server.find("ben") != nullptr);
    CHECK(at.processor.has_made(ben));
}

TEST_CASE("who waits for the homeserver waits for the room as well, and no try is counted") {
    school at;
    const auto ben = at.know("ben", "Ben B");
    at.create(std::array{ben});
    at.processor.forget_verdicts();
    at.processor.set_room_settings(settings_of_matrix_room());
    at.processor.set_value("room_id", "!room:s");
    at.processor.want(ben);
    at.line.answer_differently([&](const std::string& asked) -> std::optional<core_communication::http_response> {
        if (asked.ends_with("/state"))
            return core_communication::http_response{
                200,
                {},
                R"([{"type":"m.room.create","state_key":"","sender":"@commhost:s","content":{"room_version":"11"}},
                {"type":"m.room.member","state_key":"@commhost:s","content":{"membership":"join"}}])"};
        if (asked.starts_with("POST /_synapse/admin/v1/join/"))
            return core_communication::http_response{404, {}, R"({"errcode":"M_NOT_FOUND","error":"User not found"})"};
        return std::nullopt;
    });
    communication_matrix::communication_feature provider;
    provider.load_for_instance(at.processor);
    provider.add_members_to_room(std::array{ben});
    REQUIRE(at.processor.failed().contains(ben));
    CHECK(at.processor.failed().at(ben).kind() == failure::unavailable);
    CHECK(at.reason(ben) == "the server refuses to put @ben:s into the room: User not found (404 M_NOT_FOUND)");
}

TEST_CASE("somebody who signs in through another service is found, whatever was begun") {
    school at;
    const auto ben = at.know("ben");
    at.line.answer_differently([&](const std::string& asked) -> std::optional<core_communication::http_response> {
        if (asked != "POST /mas/api/admin/v1/users") return std::nullopt;
        throw core_communication::provider_error(failure::unavailable, "the connection was reset");
    });
    CHECK_THROWS_AS(at.create(std::array{ben}), core_communication::provider_error);
    at.line.answer_differently({});
    at.server.is_legacy = true;
    at.server.add("ben");
    at.server.provision();
    at.server.on_homeserver["@ben:s"]["external_ids"].as_array().push_back(
        {{"auth_provider", "oidc-elsewhere"}, {"external_id", "benny"}});
    at.create(std::array{ben});
    CHECK(at.processor.synced() == std::set{ben});
    CHECK_FALSE(at.processor.has_made(ben));
}

TEST_CASE("an account that the service puts on the homeserver at once is done at once") {
    school at;
    const auto ben = at.know("ben", "Ben B");
    at.line.answer_differently([&](const std::string& asked) -> std::optional<core_communication::http_response> {
        if (at.server.find("ben") != nullptr && asked.starts_with("GET /_synapse")) at.server.provision();
        return std::nullopt;
    });
    at.create(std::array{ben});
    CHECK(at.processor.synced() == std::set{ben});
    CHECK(at.server.on_homeserver.at("@ben:s").at("displayname").as_string() == "Ben B");
}

TEST_CASE("somebody who signed in by themselves is found by their link, whatever their account is called") {
    school at;
    at.site.set("sso_provider", std::string("01PROVIDER"));
    at.site.set("sso_id", std::string("username"));
    at.server.add("benny").links = {{"01PROVIDER", "ben"}};
    at.server.provision();
    const std::array people{at.know("ben", "Ben B"), at.know("cleo")};
    at.create(people);
    CHECK(at.processor.accounts(people)[0] == "@benny:s");
    CHECK_FALSE(at.processor.has_made(people[0]));
    CHECK(at.server.on_homeserver.at("@benny:s").at("displayname").as_string() == "benny");
    // Who is new is linked.
    REQUIRE(at.server.find("cleo") != nullptr);
    CHECK(at.server.find("cleo")->links.at("01PROVIDER") == "cleo");
    CHECK(at.server.users.size() == 2);
}

TEST_CASE("the homeserver shows the picture of a person whose account the service made") {
    school at;
    const auto ben = at.know("ben", "Ben B");
    at.processor.set_picture_of(ben, "aa", core_communication::picture{"image/png", "bytes"});
    at.create(std::array{ben});  // not on the homeserver yet
    CHECK(at.processor.synced().empty());
    CHECK(at.asked("POST /_matrix/media") == 0);
    at.server.provision();
    at.create(std::array{ben});
    CHECK(at.processor.synced() == std::set{ben});
    CHECK(at.server.on_homeserver.at("@ben:s").at("avatar_url").as_string() == "mxc://s/1");
    at.create(std::array{ben});
    CHECK(at.asked("POST /_matrix/media") == 1);
    at.processor.set_picture_of(ben, "", std::nullopt);
    at.create(std::array{ben});
    CHECK(at.server.on_homeserver.at("@ben:s").at("avatar_url").as_string().empty());
}

TEST_CASE("a changed name costs two requests, and two more for who signs in") {
    school at;
    const auto ben = at.know("ben", "Ben B", "ben@school.example");
    at.server.add("ben").emails = {{"01MAILben", "ben@school.example"}};
    at.server.find("ben")->links = {{"01PROVIDER", "ben"}};
    at.server.provision();
    at.processor.set_account(ben, "@ben:s", core_communication::account_origin::made);
    const std::string user = "GET /_synapse/admin/v2/users/%40ben%3As";
    const std::string name = "PUT /_matrix/client/v3/profile/%40ben%3As/displayname";
    std::vector<std::string> asked{user, name};
    SUBCASE("without single sign-on") {}
    SUBCASE("with single sign-on") {
        at.site.set("sso_provider", std::string("01PROVIDER"));
        at.site.set("sso_id", std::string("username"));
        asked = {"GET /mas/api/admin/v1/upstream-oauth-links?filter%5Bprovider%5D=01PROVIDER&"
                 "filter%5Bsubject%5D=ben",
                 "GET /mas/api/admin/v1/users/01USER0", user, name};
    }
    at.create(std::array{ben});  // from then on it is known whose tokens we have
    at.server.on_homeserver.at("@ben:s")["displayname"] = "Ben";
    at.line.forget_requests();
    at.create(std::array{ben});
    CHECK(at.line.asked() == asked);
    CHECK(at.processor.synced() == std::set{ben});
}

TEST_CASE("an account that we made before single sign-on gets its link, and its addresses are not asked for") {
    school at;
    const auto ben = at.know("ben", "Ben B", "ben@school.example");
    at.server.add("ben").emails = {{"01MAILben", "ben@school.example"}};
    at.server.provision();
    at.processor.set_account(ben, "@ben:s", core_communication::account_origin::made);
    at.site.set("sso_provider", std::string("01PROVIDER"));
    at.site.set("sso_id", std::string("username"));
    SUBCASE("from us") {}
    SUBCASE("from another room in the same moment") {
        at.line.answer_differently([&](const std::string& asked) -> std::optional<core_communication::http_response> {
            if (asked == "POST /mas/api/admin/v1/upstream-oauth-links")
                at.server.find("ben")->links = {{"01PROVIDER", "ben"}};
            return std::nullopt;
        });
    }
    at.create(std::array{ben});
    CHECK(at.processor.synced() == std::set{ben});
    CHECK(at.server.find("ben")->links.at("01PROVIDER") == "ben");
    CHECK(at.asked("GET /mas/api/admin/v1/user-emails") == 0);
    CHECK(at.asked("GET /_synapse/admin/v2/users/") == 1);
}

TEST_CASE("a link that is not the person's is told, and not taken for done") {
    school at;
    const auto ben = at.know("ben", "Ben B");
    at.server.add("ben");
    at.server.provision();
    at.processor.set_account(ben, "@ben:s", core_communication::account_origin::made);
    at.site.set("sso_provider", std::string("01PROVIDER"));
    at.site.set("sso_id", std::string("username"));
    std::string reason;
    SUBCASE("because the roster knows the person by another name since") {
        at.server.find("ben")->links = {{"01PROVIDER", "benjamin"}};
        reason = "@ben:s signs in through the provider 01PROVIDER as somebody else: remove that link in Matrix "
                 "Authentication Service if it is wrong by now";
    }
    SUBCASE("because they signed in before it was made") {
        at.server.add("benny").links = {{"01PROVIDER", "ben"}};
        reason = "this person signs in to @benny:s and not to @ben:s, which commhost made";
    }
    SUBCASE("because they sign in for the first time while it is made") {
        at.line.answer_differently([&](const std::string& asked) -> std::optional<core_communication::http_response> {
            if (asked != "POST /mas/api/admin/v1/upstream-oauth-links") return std::nullopt;
            at.server.add("benny").links = {{"01PROVIDER", "ben"}};
            return core_communication::http_response{409, {}, R"({"errors":[{"title":"is already linked"}]})"};
        });
        reason = "@ben:s is not whom this person signs in to through the provider 01PROVIDER";
    }
    at.create(std::array{ben});
    REQUIRE(at.processor.failed().contains(ben));
    CHECK(at.processor.failed().at(ben).kind() == failure::conflict);
    CHECK(at.reason(ben) == reason);
}

TEST_CASE("a provider that the service does not know is the settings' trouble, and makes nobody an account") {
    school at;
    at.site.set("sso_provider", std::string("01OTHER"));
    at.site.set("sso_id", std::string("username"));
    const auto ben = at.know("ben");
    try {
        at.create(std::array{ben});
        FAIL("it took the provider");
    } catch (const core_communication::provider_error& refused) {
        CHECK(refused.kind() == failure::unauthorised);
        CHECK(std::string(refused.what()) ==
              "Matrix Authentication Service knows no provider 01OTHER of single sign-on: "
              "set sso_provider to the id of one");
    }
    CHECK(at.processor.failed().empty());
    CHECK(at.server.users.empty());
}

TEST_CASE("what is refused once there may be an account is not told as if there were none") {
    school at;
    at.site.set("sso_provider", std::string("01PROVIDER"));
    at.site.set("sso_id", std::string("username"));
    const auto ben = at.know("ben", "Ben B", "ben@school.example");
    std::string refused;
    int status = 400;
    SUBCASE("a user, who may be there") {
        refused = "POST /mas/api/admin/v1/users";
        status = 500;
    }
    SUBCASE("a link") { refused = "POST /mas/api/admin/v1/upstream-oauth-links"; }
    SUBCASE("a look at the homeserver") { refused = "GET /_synapse/admin/v2/users/%40ben%3As"; }
    SUBCASE("a name") { refused = "PUT /_matrix/client/v3/profile/%40ben%3As/displayname"; }
    SUBCASE("addresses") { refused = "GET /mas/api/admin/v1/user-emails"; }
    SUBCASE("a user who was begun") { refused = "GET /mas/api/admin/v1/users/by-username/ben"; }
    at.line.answer_differently([&](const std::string& asked) -> std::optional<core_communication::http_response> {
        // Ours is looked for before it is made.
        const bool is_early = at.server.users.empty() && refused.find("/_synapse/") != std::string::npos;
        if (at.server.find("ben") != nullptr && refused.starts_with("PUT ")) at.server.provision();
        if (is_early || !asked.starts_with(refused)) return std::nullopt;
        return core_communication::http_response{status, {}, R"({"errors":[{"title":"No"}]})"};
    });
    at.create(std::array{ben});
    if (!at.processor.failed().contains(ben) || at.processor.failed().at(ben).kind() == failure::unavailable)
        at.create(std::array{ben});  // it takes a second try to come to that
    REQUIRE(at.processor.failed().contains(ben));
    CHECK(at.processor.failed().at(ben).kind() == failure::invalid);
}

TEST_CASE("a name that the service does not take is refused: nobody has the account or gets it") {
    school at;
    const auto ben = at.know("ben");
    at.line.answer_differently([&](const std::string& asked) -> std::optional<core_communication::http_response> {
        if (asked != "POST /mas/api/admin/v1/users") return std::nullopt;
        return core_communication::http_response{400, {}, R"({"errors":[{"title":"Username is not valid"}]})"};
    });
    at.create(std::array{ben});
    REQUIRE(at.processor.failed().contains(ben));
    CHECK(at.processor.failed().at(ben).kind() == failure::rejected);
    CHECK_FALSE(at.processor.has_made(ben));
}

TEST_CASE("another address takes the place of the one that was there, at the service") {
    school at;
    const auto ben = at.know("ben", "Ben B", "ben@school.example");
    at.server.add("ben").emails = {{"01MAILold", "old@school.example"}};
    at.server.provision();
    at.processor.set_account(ben, "@ben:s", core_communication::account_origin::made);
    at.create(std::array{ben});
    CHECK(at.processor.synced() == std::set{ben});
    REQUIRE(at.server.find("ben")->emails.size() == 1);
    CHECK(at.server.find("ben")->emails.begin()->second == "ben@school.example");
    const auto& all = at.line.asked();
    const auto added = std::find(all.begin(), all.end(), "POST /mas/api/admin/v1/user-emails");
    CHECK(std::find(added, all.end(), "DELETE /mas/api/admin/v1/user-emails/01MAILold") != all.end());
}

TEST_CASE("an address that the service does not take leaves the person the one that was there, and is in the log") {
    school at;
    std::string address = "ben@school.example";
    std::string why;
    int refused = 0;
    SUBCASE("because another account has it") {
        at.server.add("benjamin").emails = {{"01MAILben", address}};
        why = "another account of Matrix Authentication Service has it";
    }
    SUBCASE("because it is none") {
        address = "nowhere";
        why = "to Matrix Authentication Service it is none";
    }
    SUBCASE("for whatever reason") {
        refused = 500;
        why = "Matrix Authentication Service refuses it (500)";
    }
    at.server.add("ben").emails = {{"01MAILold", "old@school.example"}};
    at.server.on_homeserver["@ben:s"] = {{"name", "@ben:s"}, {"displayname", "Ben B"}};
    const auto ben = at.know("ben", "Ben B", address);
    at.processor.set_account(ben, "@ben:s", core_communication::account_origin::made);
    if (refused != 0)
        at.line.answer_differently([&](const std::string& asked) -> std::optional<core_communication::http_response> {
            if (asked != "POST /mas/api/admin/v1/user-emails") return std::nullopt;
            return core_communication::http_response{refused, {}, R"({"errors":[{"title":"No ben@school.example"}]})"};
        });
    at.create(std::array{ben});
    CHECK(at.processor.synced() == std::set{ben});
    CHECK(at.server.find("ben")->emails == std::map<std::string, std::string>{{"01MAILold", "old@school.example"}});
    REQUIRE(at.processor.messages().size() == 1);
    CHECK(at.processor.messages()[0].second == "@ben:s is not given its e-mail address: " + why);
}

TEST_CASE("an address that the service refuses costs nobody the account") {
    school at;
    const auto ben = at.know("ben", "", "nowhere");
    at.create(std::array{ben});
    at.server.provision();
    at.create(std::array{ben});
    CHECK(at.processor.synced() == std::set{ben});
}

TEST_CASE("an address is tried again when the service was away, and the one that was there stays until then") {
    school at;
    const auto ben = at.know("ben", "Ben B", "ben@school.example");
    at.server.add("ben").emails = {{"01MAILold", "old@school.example"}};
    at.server.provision();
    at.processor.set_account(ben, "@ben:s", core_communication::account_origin::made);
    std::string away = "POST /mas/api/admin/v1/user-emails";
    int status = 503;
    SUBCASE("for the address") {}
    SUBCASE("and a proxy spoke for it") { status = 404; }
    SUBCASE("for the link before it") {
        away = "POST /mas/api/admin/v1/upstream-oauth-links";
        at.site.set("sso_provider", std::string("01PROVIDER"));
        at.site.set("sso_id", std::string("username"));
    }
    at.line.answer_differently([&](const std::string& asked) -> std::optional<core_communication::http_response> {
        if (asked != away) return std::nullopt;
        return core_communication::http_response{status, {}, ""};
    });
    if (status == 503) {
        CHECK_THROWS_AS(at.create(std::array{ben}), core_communication::provider_error);
    } else {
        at.create(std::array{ben});
        REQUIRE(at.processor.failed().contains(ben));
        CHECK(at.processor.failed().at(ben).kind() == failure::unavailable);
    }
    CHECK(at.server.find("ben")->emails.size() == 1);
    at.line.answer_differently({});
    at.create(std::array{ben});
    CHECK(at.processor.synced() == std::set{ben});
    REQUIRE(at.server.find("ben")->emails.size() == 1);
    CHECK(at.server.find("ben")->emails.begin()->second == "ben@school.example");
}

TEST_CASE("an address that the service has already is not given again, and takes the place of the others") {
    school at;
    at.server.add("ben").emails = {{"01MAILben", "Ben@school.example"}, {"01MAILold", "old@school.example"}};
    at.server.on_homeserver["@ben:s"] = {{"name", "@ben:s"}, {"displayname", "Ben B"}};
    const auto ben = at.know("ben", "Ben B", "ben@school.example");
    at.processor.set_account(ben, "@ben:s", core_communication::account_origin::made);
    at.create(std::array{ben});
    CHECK(at.processor.synced() == std::set{ben});
    CHECK(at.asked("POST /mas/api/admin/v1/user-emails") == 0);
    CHECK(at.server.find("ben")->emails == std::map<std::string, std::string>{{"01MAILben", "Ben@school.example"}});
    CHECK(at.processor.messages().empty());
}

TEST_CASE("an address that cannot be removed is in the log, and costs nobody the account") {
    school at;
    at.server.add("ben").emails = {{"01MAILold", "old@school.example"}};
    at.server.provision();
    const auto ben = at.know("ben", "Ben B", "ben@school.example");
    at.processor.set_account(ben, "@ben:s", core_communication::account_origin::made);
    int status = 500;
    std::size_t messages = 1;
    SUBCASE("where the service refuses") {}
    SUBCASE("but where it is gone by then") {
        status = 404;
        messages = 0;
    }
    at.line.answer_differently([&](const std::string& asked) -> std::optional<core_communication::http_response> {
        if (!asked.starts_with("DELETE ")) return std::nullopt;
        return core_communication::http_response{status, {}, R"({"errors":[{"title":"No old@school.example"}]})"};
    });
    at.create(std::array{ben});
    CHECK(at.processor.synced() == std::set{ben});
    REQUIRE(at.processor.messages().size() == messages);
    for (const auto& [level, text] : at.processor.messages())
        CHECK(text == "@ben:s keeps an e-mail address that was there before: Matrix Authentication Service refuses to "
                      "remove it (500)");
}

TEST_CASE("who has an address that we would not have given is not whom we had begun to make") {
    school at;
    const auto ben = at.know("ben", "Ben B", "ben@school.example");
    at.line.answer_differently([&](const std::string& asked) -> std::optional<core_communication::http_response> {
        if (asked != "POST /mas/api/admin/v1/users") return std::nullopt;
        throw core_communication::provider_error(failure::unavailable, "the connection was reset");
    });
    CHECK_THROWS_AS(at.create(std::array{ben}), core_communication::provider_error);
    at.line.answer_differently({});
    at.server.add("ben").emails = {{"01MAILown", "ben@home.example"}};  // who registers while we are away
    at.create(std::array{ben});
    CHECK(at.reason(ben) ==
          "@ben:s is somebody's in Matrix Authentication Service, which has yet to put it on the homeserver");
    at.server.provision();
    at.create(std::array{ben});
    CHECK(at.processor.synced() == std::set{ben});
    CHECK_FALSE(at.processor.has_made(ben));
    CHECK(at.server.find("ben")->emails.size() == 1);
}

TEST_CASE("a name that the homeserver has and the service does not is not given to anybody") {
    school at;
    const auto ben = at.know("ben");
    at.line.answer_differently([&](const std::string& asked) -> std::optional<core_communication::http_response> {
        if (asked == "POST /mas/api/admin/v1/users")
            return core_communication::http_response{409, {}, R"({"errors":[{"title":"Username is reserved"}]})"};
        return std::nullopt;
    });
    at.create(std::array{ben});
    REQUIRE(at.processor.failed().contains(ben));
    CHECK(at.processor.failed().at(ben).kind() == failure::conflict);
    CHECK(at.reason(ben) == "the homeserver keeps the name @ben:s for itself or had it before");
}

TEST_CASE("without a client at the service nobody is made through Synapse, and the reason says what to set") {
    school at;
    at.site = settings_of_matrix();
    at.server.add("ann");
    at.server.provision();
    const std::array people{at.know("ann"), at.know("ben")};
    try {
        at.create(people);
        FAIL("it made an account that nobody can sign in to");
    } catch (const core_communication::provider_error& refused) {
        CHECK(refused.kind() == failure::unauthorised);
        CHECK(std::string(refused.what()) ==
              "the accounts of this server are made by Matrix Authentication Service (http://matrix.test/mas/), and "
              "nobody "
              "could sign in to one that Synapse makes beside it: set mas_url, mas_client_id and mas_client_secret");
    }
    CHECK(at.asked("PUT ") == 0);
    CHECK(at.processor.synced() == std::set{people[0]});  // who has an account is found
}

TEST_CASE("where the service is nobody says: the homeserver's word for it is taken") {
    school at;
    at.site.set("mas_url", std::string());
    const auto ben = at.know("ben");
    at.create(std::array{ben});
    CHECK(at.server.find("ben") != nullptr);
    at.server.issuer = "https://account.example.org/";
    communication_matrix::forget_mas_tokens();
    CHECK_THROWS_WITH_AS(
        at.create(std::array{at.know("cleo")}),
        "the homeserver names https://account.example.org as its Matrix Authentication Service, which no "
        "setting does: set mas_url to it",
        core_communication::provider_error);
    at.server.issuer.clear();
    CHECK_THROWS_WITH_AS(
        at.create(std::array{at.know("dan")}),
        "the homeserver names no Matrix Authentication Service: set mas_url, or take mas_client_id out of "
        "the settings if Synapse itself makes the accounts",
        core_communication::provider_error);
}

TEST_CASE("the homeserver is asked once for all rooms where the service is") {
    school at;
    at.site.set("mas_url", std::string());
    at.create(std::array{at.know("ben")});
    at.create(std::array{at.know("cleo")});
    CHECK(at.server.find("cleo") != nullptr);
    CHECK(at.asked("GET /_matrix/client/v1/auth_metadata") == 1);
    CHECK(at.server.tokens == 1);
}

TEST_CASE("a client that is refused is our own trouble and nobody's") {
    school at;
    SUBCASE("its secret") { at.site.set("mas_client_secret", std::string("wrong")); }
    SUBCASE("its rights") { at.server.takes_tokens = false; }
    const auto ben = at.know("ben");
    try {
        at.create(std::array{ben});
        FAIL("it was not refused");
    } catch (const core_communication::provider_error& refused) {
        CHECK(refused.kind() == failure::unauthorised);
    }
    CHECK(at.processor.failed().empty());
    at.site = at.server.settings();
    at.server.takes_tokens = true;
    const auto before = at.server.tokens;
    at.create(std::array{ben});
    CHECK(at.server.find("ben") != nullptr);
    CHECK(at.server.tokens == before + 1);  // what a client may do is settled when it gets its token
}

TEST_CASE("a token that was taken back is asked for anew after the first refusal") {
    school at;
    at.site.set("sso_provider", std::string("01PROVIDER"));
    at.site.set("sso_id", std::string("username"));
    const auto ben = at.know("ben");
    at.create(std::array{ben});
    REQUIRE(at.server.tokens == 1);
    at.server.revoke();
    SUBCASE("by a look at who signs in") {
        const auto cleo = at.know("cleo");
        CHECK_THROWS_AS(at.create(std::array{cleo}), core_communication::provider_error);
        at.create(std::array{cleo});
        CHECK(at.server.find("cleo") != nullptr);
    }
    SUBCASE("by an order") {
        at.site.set("sso_provider", std::string());
        at.site.set("sso_id", std::string());
        const auto cleo = at.know("cleo");
        CHECK_THROWS_AS(at.create(std::array{cleo}), core_communication::provider_error);
        at.create(std::array{cleo});
        CHECK(at.server.find("cleo") != nullptr);
    }
    SUBCASE("by an erasure") {
        communication_matrix::communication_feature provider;
        provider.load_for_instance(at.processor);
        CHECK_THROWS_AS(provider.delete_user_data(ben), core_communication::provider_error);
        CHECK(provider.delete_user_data(ben));
        CHECK(at.server.erased == std::vector<std::string>{"ben"});
    }
    SUBCASE("by the doctor") {
        CHECK(at.diagnose()["accounts"].outcome == diagnosis_outcome::failed);
        CHECK(at.diagnose()["accounts"].outcome == diagnosis_outcome::passed);
    }
    CHECK(at.server.tokens == 2);
}

TEST_CASE("a token is kept, and used, however long the service says that it lives") {
    school at;
    SUBCASE("for longer than a clock can count") { at.server.expires_in = "9223372036854775807"; }
    SUBCASE("for no time at all") { at.server.expires_in = "-9223372036854775807"; }
    SUBCASE("it does not say") { at.server.expires_in = "null"; }
    at.create(std::array{at.know("ben")});
    at.create(std::array{at.know("cleo")});
    CHECK(at.server.find("cleo") != nullptr);
    CHECK(at.server.tokens == 1);
}

TEST_CASE("the doctor says how accounts are made, and names those that the service does not know") {
    school at;
    at.server.add("ann");
    at.server.provision();
    auto found = at.diagnose();
    CHECK(found["accounts"].found == "diagnosis_accounts_passed service=http://matrix.test/mas makes=service");
    CHECK(found["split_accounts"].outcome == diagnosis_outcome::passed);
    at.server.on_homeserver["@split:s"] = {{"name", "@split:s"}};
    at.server.on_homeserver["@gone:s"] = {{"name", "@gone:s"}, {"deactivated", true}};
    found = at.diagnose();
    CHECK(found["split_accounts"].outcome == diagnosis_outcome::warning);
    CHECK(found["split_accounts"].found == "diagnosis_split_accounts_failed number=1 names=@split:s");
    at.site = settings_of_matrix();
    found = at.diagnose();
    CHECK(found["accounts"].outcome == diagnosis_outcome::failed);
    CHECK(found["accounts"].found == "diagnosis_accounts_failed service=http://matrix.test/mas/ makes=wrong");
    CHECK_FALSE(found.contains("split_accounts"));
    at.server.issuer.clear();
    CHECK(at.diagnose()["accounts"].found == "diagnosis_accounts_passed service= makes=synapse");
    at.site = at.server.settings();
    CHECK(at.diagnose()["accounts"].found == "diagnosis_accounts_failed service=http://matrix.test/mas makes=nobody");
}

TEST_CASE("accounts that the service does not know are found among those of a large university") {
    school at;
    constexpr std::size_t people = 100'000;
    for (std::size_t number = 0; number < people; ++number) at.server.add("p" + std::to_string(number));
    at.server.provision();
    at.server.on_homeserver["@split:s"] = {{"name", "@split:s"}};
    const auto found = at.diagnose();
    REQUIRE(found.contains("split_accounts"));
    CHECK(found.at("split_accounts").found == "diagnosis_split_accounts_failed number=1 names=@split:s");
}

TEST_CASE("accounts are not compared where the servers take too long to list them") {
    school at;
    at.server.add("ann");
    at.server.provision();
    at.processor.set_site_settings(at.site);
    const auto site = communication_matrix::read_configuration(at.processor.site_settings());
    communication_matrix::client server(at.line, site);
    communication_matrix::doctor doctor(at.processor, server, site, std::chrono::seconds(0));
    const auto found = doctor.diagnose();
    const auto split =
        std::find_if(found.begin(), found.end(), [](const auto& each) { return each.id == "split_accounts"; });
    REQUIRE(split != found.end());
    CHECK(split->outcome == diagnosis_outcome::skipped);
    CHECK(split->found == "diagnosis_split_accounts_skipped");
}

TEST_CASE("an account that the service has is erased there, and is so once the homeserver says it") {
    school at;
    at.server.add("ben");
    at.server.provision();
    const auto ben = at.know("ben");
    at.processor.set_account(ben, "@ben:s", core_communication::account_origin::made);
    at.processor.set_site_settings(at.site);
    communication_matrix::communication_feature provider;
    provider.load_for_instance(at.processor);
    CHECK_FALSE(provider.delete_user_data(ben));
    CHECK(at.server.erased == std::vector<std::string>{"ben"});
    at.server.on_homeserver["@ben:s"]["deactivated"] = true;
    at.server.on_homeserver["@ben:s"]["erased"] = true;
    CHECK(provider.delete_user_data(ben));
    CHECK(at.server.erased.size() == 1);
    CHECK(at.asked("POST /_synapse/") == 0);
}

TEST_CASE("an account that the homeserver does not have yet is erased at the service") {
    school at;
    const auto ben = at.know("ben");
    at.create(std::array{ben});
    communication_matrix::communication_feature provider;
    provider.load_for_instance(at.processor);
    CHECK(provider.delete_user_data(ben));
    CHECK(at.server.erased == std::vector<std::string>{"ben"});
    at.server.users.clear();  // as the service forgets it
    CHECK(provider.delete_user_data(ben));
    CHECK(at.asked("POST /_synapse/") == 0);
}
