#include "matrix/mas_accounts.hpp"

#include "mas_stand_in.hpp"
#include "matrix/communication_feature.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
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

TEST_CASE("a provider that the service does not know is the person's reason") {
    school at;
    at.site.set("sso_provider", std::string("01OTHER"));
    at.site.set("sso_id", std::string("username"));
    const auto ben = at.know("ben");
    at.create(std::array{ben});
    CHECK(at.reason(ben) == "Matrix Authentication Service refuses to link @ben:s with the provider 01OTHER: Upstream "
                            "OAuth 2.0 Provider ID 01OTHER not found (404)");
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
}

TEST_CASE("an address that the service refuses costs nobody the account") {
    school at;
    const auto ben = at.know("ben", "", "nowhere");
    at.create(std::array{ben});
    at.server.provision();
    at.create(std::array{ben});
    CHECK(at.processor.synced() == std::set{ben});
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
