#include "matrix/client.hpp"
#include "matrix/communication_feature.hpp"
#include "scripted_server.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace commhost::test;
using core_communication::failure;
using core_communication::http_response;
using core_communication::user_id;

namespace {

const std::string users = "/_synapse/admin/v2/users/";

/// @root and @boss are server admins, @ann has an account of her own making; whoever else is asked about has none.
http_response answer(const std::string& asked) {
    if (asked == "GET /_matrix/client/v3/account/whoami") return {200, {}, R"({"user_id":"@commhost:s"})"};
    if (asked == "GET " + users + "%40root%3As") return {200, {}, R"({"name":"@root:s","admin":true})"};
    if (asked == "GET " + users + "%40boss%3As") return {200, {}, R"({"name":"@boss:s","admin":1})"};
    if (asked == "GET " + users + "%40ann%3As") return {200, {}, R"({"name":"@ann:s","admin":false})"};
    if (asked.starts_with("GET " + users)) return {404, {}, R"({"errcode":"M_NOT_FOUND"})"};
    if (asked.starts_with("PUT " + users)) return {201, {}, "{}"};
    if (asked.starts_with("GET /_synapse/admin/v1/threepid/email/")) return {404, {}, R"({"errcode":"M_NOT_FOUND"})"};
    return {404, {}, R"({"errcode":"M_UNRECOGNIZED"})"};
}

const std::string list = "/_synapse/admin/v2/users?";

/// The list of a server with so many accounts: @ann, an admin, and then others that no test asks about.
http_response page_of(std::size_t total, const std::string& asked) {
    constexpr std::size_t per_page = 500;
    CHECK(asked.find("limit=500") != std::string::npos);
    const auto from = std::stoul(asked.substr(asked.find("from=") + 5));
    std::string accounts;
    for (auto number = from; number < std::min(total, from + per_page); ++number) {
        const auto name = number == 0 ? "@ann:s" : number == 1 ? "@root:s" : "@user" + std::to_string(number) + ":s";
        accounts +=
            (accounts.empty() ? "" : ",") + (R"({"name":")" + name + R"(","admin":)") + (number == 1 ? "1}" : "0}");
    }
    const auto next = from + per_page < total ? R"(,"next_token":")" + std::to_string(from + per_page) + '"' : "";
    return {200, {}, R"({"users":[)" + accounts + R"(],"total":)" + std::to_string(total) + next + "}"};
}

struct school {
    explicit school(script answers = answer)
        : server(server_of(std::move(answers))), processor(server, "room-key-of-the-test") {
        processor.set_site_settings(settings_of_matrix());
        processor.set_room_settings(settings_of_matrix_room());
        provider.load_for_instance(processor);
    }

    user_id know(const std::string& username, const std::string& email = "") {
        const user_id user{++last};
        processor.add_person({user, username, "", "", "", email, {}});
        return user;
    }
    std::size_t asked(const std::string& beginning) const {
        const auto& all = server.asked();
        return static_cast<std::size_t>(
            std::count_if(all.begin(), all.end(), [&](const auto& each) { return each.starts_with(beginning); }));
    }

    core_communication::testing::scripted_http server;
    core_communication::testing::memory_processor processor;
    communication_matrix::communication_feature provider;
    std::int64_t last = 0;
};

}  // namespace

TEST_CASE("accounts of server admins are left alone") {
    school at;
    const auto root = at.know("root");
    const auto boss = at.know("boss");
    const auto ben = at.know("ben");
    at.provider.create_members(std::array{root, boss, ben});
    REQUIRE(at.processor.failed().size() == 2);
    CHECK(at.processor.failed().at(root).kind() == failure::conflict);
    CHECK(std::string(at.processor.failed().at(boss).what()) ==
          "@boss:s is the account of a server admin, which is not taken over");
    CHECK(at.processor.synced() == std::set{ben});
    CHECK(at.asked("PUT ") == 1);
}

TEST_CASE("an account that is there is found and nothing of it is changed") {
    school at;
    const auto ann = at.know("ann");
    const auto ben = at.know("ben");
    at.provider.create_members(std::array{ann, ben});
    CHECK(at.processor.synced() == std::set{ann, ben});
    CHECK(at.asked("PUT " + users + "%40ann") == 0);
    CHECK_FALSE(at.processor.has_made(ann));
    CHECK(at.processor.has_made(ben));
}

TEST_CASE("an account that is on record is brought in line, if it has not become an admin's") {
    school at;
    const auto ann = at.know("ann");
    const auto root = at.know("root");
    const auto gone = at.know("gone");
    const std::array people{ann, root, gone};
    at.processor.add_person({ann, "ann", "Ann", "", "", "", {}});
    at.processor.set_account(ann, "@ann:s", core_communication::account_origin::made);
    at.processor.set_account(root, "@root:s", core_communication::account_origin::made);
    at.processor.set_account(gone, "@gone:s", core_communication::account_origin::made);
    at.provider.create_members(people);
    CHECK(at.asked("PUT " + users + "%40ann%3As") == 1);
    CHECK(at.asked("PUT " + users + "%40gone%3As") == 1);
    CHECK(at.asked("PUT ") == 2);
    CHECK(at.processor.synced() == std::set{ann, gone});
    CHECK(at.processor.failed().contains(root));
}

TEST_CASE("an address that the server does not take costs nobody the account") {
    bool is_there = false;
    school of([&](const std::string& asked) -> http_response {
        if (asked != "PUT " + users + "%40zoe%3As") return answer(asked);
        // As Synapse does it: the account is made, and then the address looked at.
        if (!std::exchange(is_there, true))
            return {400, {}, R"({"errcode":"M_UNKNOWN","error":"Unable to parse email address"})"};
        return {200, {}, "{}"};
    });
    const std::array people{of.know("zoe", "zoe(at)example.org")};
    SUBCASE("that is made") {
        of.provider.create_members(people);
        CHECK(of.processor.accounts(people)[0] == "@zoe:s");
        CHECK(of.processor.has_made(people[0]));
    }
    SUBCASE("that was made") {
        of.processor.set_account(people[0], "@ann:s", core_communication::account_origin::made);
        of.server.answer_differently([&](const std::string& asked) -> std::optional<http_response> {
            if (asked != "PUT " + users + "%40ann%3As") return std::nullopt;
            if (!std::exchange(is_there, true))
                return http_response{400, {}, R"({"errcode":"M_UNKNOWN","error":"Unable to parse email address"})"};
            return http_response{200, {}, "{}"};
        });
        of.provider.create_members(people);
    }
    CHECK(of.processor.synced() == std::set{people[0]});
    CHECK(of.asked("PUT " + users) == 2);
    std::vector<std::string> bodies;
    for (const auto& each : of.server.requests())
        if (each.method == core_communication::http_method::put) bodies.push_back(each.body);
    REQUIRE(bodies.size() == 2);
    CHECK(bodies[0].find("threepids") != std::string::npos);
    CHECK(bodies[1].find("threepids") == std::string::npos);
    const auto& messages = of.processor.messages();
    CHECK(std::any_of(messages.begin(), messages.end(), [](const auto& each) {
        return each.second.find("without its e-mail address") != std::string::npos &&
               each.second.find("Unable to parse email address") != std::string::npos;
    }));
}

TEST_CASE("who is refused for good has no account only where the server has none") {
    int status = 400;
    http_response look{404, {}, R"({"errcode":"M_NOT_FOUND"})"};
    auto kind = failure::rejected;
    SUBCASE("the account is refused, and not its address") {}
    SUBCASE("it was made, and then refused") {
        look = {200, {}, R"({"name":"@zoe:s","admin":false})"};
        kind = failure::invalid;
    }
    SUBCASE("it was made before the server failed") {
        status = 500;
        look = {200, {}, R"({"name":"@zoe:s","admin":false})"};
        kind = failure::invalid;
    }
    SUBCASE("the server does not tell") {
        look = {400, {}, "{}"};
        kind = failure::invalid;
    }
    bool was_sent = false;
    school of([&](const std::string& asked) -> http_response {
        if (asked == "PUT " + users + "%40zoe%3As") {
            was_sent = true;
            return {status, {}, R"({"errcode":"M_UNKNOWN","error":"No"})"};
        }
        if (asked == "GET " + users + "%40zoe%3As" && was_sent) return look;
        return answer(asked);
    });
    const std::array people{of.know("zoe", "zoe@example.org")};
    of.provider.create_members(people);
    REQUIRE(of.processor.failed().contains(people[0]));
    CHECK(of.processor.failed().at(people[0]).kind() == kind);
    CHECK(std::string(of.processor.failed().at(people[0]).what()).find("make the account @zoe:s: No") !=
          std::string::npos);
}

TEST_CASE("who is refused is told so, also where the server was away for somebody else, and it is asked no more") {
    school of([](const std::string& asked) -> http_response {
        if (asked == "PUT " + users + "%40zoe%3As") return {400, {}, R"({"errcode":"M_UNKNOWN","error":"No"})"};
        if (asked == "PUT " + users + "%40abe%3As") return {502, {}, ""};
        return answer(asked);
    });
    const std::array people{of.know("zoe"), of.know("abe")};
    CHECK_THROWS_AS(of.provider.create_members(people), core_communication::provider_error);
    REQUIRE(of.processor.failed().size() == 1);
    CHECK(of.processor.failed().at(people[0]).kind() == failure::invalid);
    CHECK(of.asked("GET " + users + "%40zoe%3As") == 1);  // before
}

TEST_CASE("an account that was being made when the host was killed is known to be ours") {
    std::set<std::string> made;
    school at([&](const std::string& asked) {
        const auto account = asked.substr(asked.rfind('/') + 1);
        if (asked.starts_with("PUT " + users)) made.insert(account);
        if (asked.starts_with("GET " + users) && made.contains(account))
            return http_response{200, {}, R"({"admin":false})"};
        return answer(asked);
    });
    const auto ben = at.know("ben");
    at.provider.create_members(std::array{ben});
    // The answers were never stored.
    at.processor.lose_account(ben);
    at.processor.forget_verdicts();
    at.provider.create_members(std::array{at.know("cleo")});
    at.processor.forget_verdicts();
    at.provider.create_members(std::array{ben});
    CHECK(at.processor.has_made(ben));
    // It has all that the roster knows.
    CHECK(at.asked("PUT " + users + "%40ben") == 1);
}

TEST_CASE("who we are is asked once for all rooms of a site, and again with another token") {
    school one;
    school other;
    other.processor.share_site_with(one.processor);
    one.provider.create_members(std::array{one.know("ben")});
    other.provider.create_members(std::array{other.know("cleo")});
    CHECK(one.asked("GET /_matrix/client/v3/account/whoami") == 1);
    CHECK(other.asked("GET /_matrix/client/v3/account/whoami") == 0);

    school third;
    third.processor.share_site_with(one.processor);
    auto settings = settings_of_matrix();
    settings.set("access_token", std::string("another"));
    third.processor.set_site_settings(settings);
    communication_matrix::communication_feature provider;
    provider.load_for_instance(third.processor);
    provider.create_members(std::array{third.know("dan")});
    CHECK(third.asked("GET /_matrix/client/v3/account/whoami") == 1);
}

TEST_CASE("who we are is asked again where an erasure has taken the name out of what was kept") {
    school one;
    one.provider.create_members(std::array{one.know("ben")});
    const auto kept = one.processor.site_value("account").value();
    REQUIRE(kept.starts_with("@commhost:s "));
    one.processor.set_site_value("account", "***" + kept.substr(kept.find(' ')));
    school other;
    other.processor.share_site_with(one.processor);
    other.provider.create_members(std::array{other.know("cleo")});
    CHECK(other.asked("GET /_matrix/client/v3/account/whoami") == 1);
    CHECK(one.processor.site_value("account") == kept);
}

TEST_CASE("the second of a portion who derives to one account does not change it") {
    school at;
    const auto first = at.know("anna");
    const auto second = at.know("anna");
    at.provider.create_members(std::array{first, second});
    CHECK(at.processor.synced() == std::set{first});
    REQUIRE(at.processor.failed().contains(second));
    CHECK(at.processor.failed().at(second).kind() == failure::conflict);
    CHECK(at.asked("PUT ") == 1);
}

TEST_CASE("who cannot be looked up is not written to") {
    for (const auto& [status, body] : {std::pair(200, "[]"), std::pair(500, "{}"), std::pair(403, "{}")}) {
        CAPTURE(status);
        school at([status = status, body = body](const std::string& asked) {
            return asked.starts_with("GET " + users) ? http_response{status, {}, body} : answer(asked);
        });
        const auto ben = at.know("ben");
        at.provider.create_members(std::array{ben});
        // "rejected" would say that there is no such account.
        REQUIRE(at.processor.failed().contains(ben));
        CHECK(at.processor.failed().at(ben).kind() == failure::invalid);
        CHECK(at.asked("PUT ") == 0);
    }
    school at([](const std::string& asked) {
        return asked.starts_with("GET " + users) ? http_response{404, {}, "no such page"} : answer(asked);
    });
    at.provider.create_members(std::array{at.know("ben")});
    CHECK(at.asked("PUT ") == 0);
}

TEST_CASE("many accounts are looked up in the server's list, where that takes fewer requests than asking for each") {
    struct situation {
        std::size_t accounts_on_server;
        std::size_t pages;
        std::size_t asked_one_by_one;
    };
    // Six people of whom the list's first page has two.
    for (const auto& [total, pages, one_by_one] :
         {situation{2, 1, 0}, situation{500, 1, 0}, situation{501, 1, 4}, situation{30'000, 1, 4}}) {
        CAPTURE(total);
        school at([total = total](const std::string& asked) {
            return asked.starts_with("GET " + list) ? page_of(total, asked) : answer(asked);
        });
        std::vector<user_id> people;
        for (const auto* name : {"ann", "root", "ben", "cleo", "dan", "eve"}) people.push_back(at.know(name));
        at.provider.create_members(people);
        CHECK(at.asked("GET " + list) == pages);
        CHECK(at.asked("GET " + users) == one_by_one);
        CHECK(at.asked("PUT ") == 4);
        CHECK(at.processor.synced().size() == 5);
        CHECK_FALSE(at.processor.has_made(people[0]));
        CHECK(at.processor.failed().contains(people[1]));
    }
}

TEST_CASE("the list is read on while the pages left are fewer than a tenth of the people left") {
    for (const auto& [total, pages] : {std::pair(1500, 3), std::pair(2000, 1)}) {
        CAPTURE(total);
        school at([total = static_cast<std::size_t>(total)](const std::string& asked) {
            return asked.starts_with("GET " + list) ? page_of(total, asked) : answer(asked);
        });
        std::vector<user_id> people;
        for (int number = 0; number < 25; ++number) people.push_back(at.know("new" + std::to_string(number)));
        at.provider.create_members(people);
        CHECK(at.asked("GET " + list) == static_cast<std::size_t>(pages));
        CHECK(at.asked("GET " + users) == (pages == 3 ? 0 : 25));
        CHECK(at.asked("PUT ") == 25);
    }
}

TEST_CASE("without a list that makes sense each person is asked for") {
    for (const auto* body : {"[]", "{}", R"({"users":[],"total":-1})", R"({"users":[1],"total":1})",
                             R"({"users":[{"admin":true}],"total":1})"}) {
        CAPTURE(body);
        school at([body](const std::string& asked) {
            return asked.starts_with("GET " + list) ? http_response{200, {}, body} : answer(asked);
        });
        std::vector<user_id> people;
        for (const auto* name : {"ben", "cleo", "dan", "eve"}) people.push_back(at.know(name));
        at.provider.create_members(people);
        CHECK(at.asked("GET " + users) == 4);
        CHECK(at.asked("PUT ") == 4);
    }
}

TEST_CASE("who is beyond the end of a list that ends too early is asked for") {
    school at([](const std::string& asked) {
        return asked.starts_with("GET " + list) ? http_response{200, {}, R"({"users":[],"total":400,"next_token":"0"})"}
                                                : answer(asked);
    });
    std::vector<user_id> people;
    for (const auto* name : {"ann", "ben", "cleo", "dan"}) people.push_back(at.know(name));
    at.provider.create_members(people);
    CHECK(at.asked("GET " + list) == 1);
    CHECK(at.asked("GET " + users) == 4);
    CHECK(at.asked("PUT ") == 3);
}

TEST_CASE("where commhost makes no accounts, whoever has none waits and nothing is written") {
    school at;
    auto site = settings_of_matrix();
    site.set("make_accounts", false);
    at.processor.set_site_settings(site);
    at.provider.load_for_instance(at.processor);
    const auto ann = at.know("ann");
    const auto ben = at.know("ben");
    at.provider.create_members(std::array{ann, ben});
    CHECK(at.processor.synced() == std::set{ann});
    REQUIRE(at.processor.failed().contains(ben));
    CHECK(at.processor.failed().at(ben).kind() == failure::rejected);
    CHECK(std::string(at.processor.failed().at(ben).what()) ==
          "there is no account @ben:s yet, and commhost is to make none");
    CHECK(at.asked("PUT ") == 0);
}

TEST_CASE("an account of another server is taken as the roster gives it, and this server is not asked about it") {
    school at;
    auto site = settings_of_matrix();
    site.set("account_source", "field:matrix");
    at.processor.set_site_settings(site);
    at.provider.load_for_instance(at.processor);
    const user_id guest{7};
    at.processor.add_person({guest, "guest", "", "", "", "", {{"matrix", "@anna:other.example"}}});
    const user_id nobody{8};
    at.processor.add_person({nobody, "nobody", "", "", "", "", {}});
    at.provider.create_members(std::array{guest, nobody});
    CHECK(at.processor.synced() == std::set{guest});
    CHECK(at.processor.accounts(std::array{guest})[0] == "@anna:other.example");
    CHECK_FALSE(at.processor.has_made(guest));
    CHECK(std::string(at.processor.failed().at(nobody).what()) == "the roster gives no field matrix");
    CHECK(at.asked("GET " + users) == 0);
    CHECK(at.asked("PUT ") == 0);
}

TEST_CASE("a server that takes nobody more is told once, and nobody's try is counted") {
    school at([](const std::string& asked) {
        return asked.starts_with("PUT ") ? http_response{403, {}, R"({"errcode":"M_RESOURCE_LIMIT_EXCEEDED"})"}
                                         : answer(asked);
    });
    try {
        at.provider.create_members(std::array{at.know("ben"), at.know("cleo")});
        FAIL("it was not told");
    } catch (const core_communication::provider_error& full) {
        CHECK(full.kind() == failure::unavailable);
    }
    CHECK(at.processor.failed().empty());
}

TEST_CASE(
    "a new account is linked with the single sign-on, and one of ours that lacks the link gets it beside the others") {
    school at([](const std::string& asked) {
        if (asked == "GET " + users + "%40cleo%3As")
            return http_response{200,
                                 {},
                                 R"({"name":"@cleo:s","admin":false,)"
                                 R"("external_ids":[{"auth_provider":"saml","external_id":"c"}]})"};
        if (asked.starts_with("GET /_synapse/admin/v1/auth_providers/oidc%2Fx/users/"))
            return http_response{404, {}, R"({"errcode":"M_NOT_FOUND"})"};
        return answer(asked);
    });
    auto site = settings_of_matrix();
    site.set("sso_provider", std::string("oidc/x"));
    site.set("sso_id", std::string("username"));
    at.processor.set_site_settings(site);
    communication_matrix::communication_feature provider;
    provider.load_for_instance(at.processor);
    const auto ben = at.know("ben");
    const auto cleo = at.know("cleo");
    at.processor.set_account(cleo, "@cleo:s", core_communication::account_origin::made);
    provider.create_members(std::array{ben, cleo});
    CHECK(at.processor.synced() == std::set{ben, cleo});
    CHECK(at.server.body_of("PUT " + users + "%40ben%3As") ==
          R"({"external_ids":[{"auth_provider":"oidc/x","external_id":"ben"}]})");
    CHECK(
        at.server.body_of("PUT " + users + "%40cleo%3As") ==
        R"({"external_ids":[{"auth_provider":"saml","external_id":"c"},{"auth_provider":"oidc/x","external_id":"cleo"}]})");
}

TEST_CASE("whom two people of the roster sign in as is taken once") {
    school at([](const std::string& asked) {
        if (asked.starts_with("GET /_synapse/admin/v1/auth_providers/oidc/users/"))
            return http_response{200, {}, R"({"user_id":"@ann:s"})"};
        return answer(asked);
    });
    auto site = settings_of_matrix();
    site.set("sso_provider", std::string("oidc"));
    site.set("sso_id", std::string("username"));
    at.processor.set_site_settings(site);
    communication_matrix::communication_feature provider;
    provider.load_for_instance(at.processor);
    const auto one = at.know("one");
    const auto other = at.know("other");
    provider.create_members(std::array{one, other});
    CHECK(at.processor.synced() == std::set{one});
    REQUIRE(at.processor.failed().contains(other));
    CHECK(at.processor.failed().at(other).kind() == failure::conflict);
}

TEST_CASE("a proxy that lets no question through about who makes accounts keeps nobody from one") {
    school at([](const std::string& asked) {
        return asked.find("auth_metadata") != std::string::npos ? http_response{404, {}, "no such page"}
                                                                : answer(asked);
    });
    const auto ben = at.know("ben");
    at.provider.create_members(std::array{ben});
    CHECK(at.processor.synced() == std::set{ben});
}

TEST_CASE("whether another service makes the accounts is asked once for all rooms, and no account is made while nobody "
          "says") {
    school one;
    school other;
    other.processor.share_site_with(one.processor);
    one.provider.create_members(std::array{one.know("ben")});
    other.provider.create_members(std::array{other.know("cleo")});
    CHECK(one.asked("GET /_matrix/client/v1/auth_metadata") == 1);
    CHECK(other.asked("GET /_matrix/client/v1/auth_metadata") == 0);
    school third([](const std::string& asked) {
        return asked.find("auth_metadata") != std::string::npos ? http_response{500, {}, "{}"} : answer(asked);
    });
    CHECK_THROWS_AS(third.provider.create_members(std::array{third.know("dan")}), core_communication::provider_error);
    CHECK(third.asked("PUT ") == 0);
}

TEST_CASE("accounts of the server's list are handed over as they are read, and no page is in memory as a whole") {
    auto server = server_of([](const std::string&) {
        return http_response{200, {}, R"({"total":3,"users":[{"name":"@ann:s"},{"name":"@ben:s"},{"name":1}]})"};
    });
    communication_matrix::configuration site;
    site.homeserver_url = address;
    communication_matrix::client caller(server, site);
    std::vector<std::string> seen;
    CHECK_THROWS_AS(
        caller.account_page_from(0, [&](const auto& account) { seen.emplace_back(account.at("name").as_string()); }),
        core_communication::provider_error);
    CHECK(seen == std::vector<std::string>{"@ann:s", "@ben:s"});
}
