#include "matrix/addresses.hpp"

#include "matrix/communication_feature.hpp"
#include "scripted_server.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

using namespace commhost::test;
using core_communication::http_response;
using core_communication::user_id;

namespace {

/// A homeserver with these accounts, each with one address and the time it was used last.
struct homeserver {
    struct account {
        std::string address;
        int last_seen = 1;
        std::int64_t made = 0;
    };
    std::map<std::string, account> accounts;

    http_response answer(const std::string& asked) const {
        const std::string users = "GET /_synapse/admin/v2/users";
        const std::string whose = "GET /_synapse/admin/v1/threepid/email/users/";
        if (asked.ends_with("/whoami")) return {200, {}, R"({"user_id":"@commhost:s"})"};
        if (asked.starts_with("PUT ")) return {201, {}, "{}"};
        if (asked.starts_with(users + "?")) {
            std::string list;
            for (const auto& [name, each] : accounts)
                list += (list.empty() ? "" : ",") + (R"({"name":"@)" + name + R"(:s","last_seen_ts":)") +
                        (each.last_seen == 0 ? "null" : std::to_string(each.last_seen)) + R"(,"creation_ts":)" +
                        std::to_string(each.made) + "}";
            return {200, {}, R"({"users":[)" + list + R"(],"total":)" + std::to_string(accounts.size()) + "}"};
        }
        for (const auto& [name, each] : accounts) {
            if (asked == users + "/%40" + name + "%3As")
                return {200, {}, R"({"threepids":[{"medium":"email","address":")" + each.address + "\"}]}"};
            if (asked == whose + core_communication::percent_encode(each.address))
                return {200, {}, R"({"user_id":"@)" + name + R"(:s"})"};
        }
        return {404, {}, R"({"errcode":"M_NOT_FOUND"})"};
    }
};

homeserver with(std::map<std::string, homeserver::account> accounts) { return {std::move(accounts)}; }

struct school {
    explicit school(homeserver of) : there(std::move(of)), processor(server, "room-key-of-the-test") {
        processor.set_site_settings(settings_of_matrix());
        processor.set_room_settings(settings_of_matrix_room());
    }

    user_id know(const std::string& username, const std::string& email) {
        const user_id user{++last};
        processor.add_person({user, username, username, "", "", email, {}});
        return user;
    }
    std::vector<user_id> know_some(int count) {
        std::vector<user_id> users;
        for (int number = 0; number < count; ++number)
            users.push_back(know("new" + std::to_string(last), "new" + std::to_string(last) + "@s.example"));
        return users;
    }
    void make(const std::vector<user_id>& users) {
        communication_matrix::communication_feature provider;
        provider.load_for_instance(processor);
        processor.forget_verdicts();
        server.forget_requests();
        provider.create_members(users);
        CHECK(processor.synced().size() == users.size());
    }
    std::size_t asked(const std::string& beginning) const {
        const auto& all = server.asked();
        return static_cast<std::size_t>(
            std::count_if(all.begin(), all.end(), [&](const auto& each) { return each.starts_with(beginning); }));
    }
    /// Whether the account's last writing gave it an address.
    bool has_sent_address(const std::string& username) const {
        const auto sent = server.body_of("PUT /_synapse/admin/v2/users/%40" + username + "%3As");
        return sent.find("threepids") != std::string::npos;
    }

    homeserver there;
    core_communication::testing::scripted_http server =
        server_of([this](const std::string& asked) { return there.answer(asked); });
    core_communication::testing::memory_processor processor;
    std::int64_t last = 0;
};

const std::string looks = "GET /_synapse/admin/v2/users/";
const std::string questions = "GET /_synapse/admin/v1/threepid/";

}  // namespace

TEST_CASE("an address that two people of the room have is sent to neither") {
    school at(with({}));
    const auto ada = at.know("ada", "parents@home.example");
    const auto ben = at.know("ben", "Parents@home.example");
    const auto eve = at.know("eve", "eve@home.example");
    at.processor.want(ben);
    at.make({ada, eve});
    CHECK_FALSE(at.has_sent_address("ada"));
    CHECK(at.has_sent_address("eve"));
    const auto& messages = at.processor.messages();
    CHECK(std::any_of(messages.begin(), messages.end(), [](const auto& each) {
        return each.second == "@ada:s is not given its e-mail address: the roster gives it to another person, too";
    }));
}

TEST_CASE("where accounts are looked up one by one, the server is asked whose each address is") {
    school at(with({{"old", {"ada@home.example"}}}));
    const auto ada = at.know("ada", "Ada@home.example");
    const auto eve = at.know("eve", "eve@home.example");
    at.make({ada, eve});
    CHECK(at.asked(questions) == 2);
    CHECK_FALSE(at.has_sent_address("ada"));
    CHECK(at.has_sent_address("eve"));
}

TEST_CASE("a server that does not say whose an address is gives it to nobody") {
    for (const auto& [status, body] : {std::pair(404, R"({"errcode":"M_UNRECOGNIZED"})"), std::pair(500, "{}"),
                                       std::pair(200, "{}"), std::pair(200, "[]")}) {
        CAPTURE(status);
        school at(with({}));
        at.server.answer_differently([status = status, body = body](const std::string& asked) {
            return asked.starts_with(questions) ? std::optional(http_response{status, {}, body}) : std::nullopt;
        });
        at.make({at.know("ada", "ada@home.example")});
        CHECK_FALSE(at.has_sent_address("ada"));
    }
}

TEST_CASE(
    "on a server with few accounts besides, these are looked at once for the site, and again when they were used") {
    school at(with({{"commhost", {"host@s.example"}}, {"old", {"new2@s.example"}}}));
    at.make(at.know_some(5));
    CHECK(at.asked(looks) == 1);
    CHECK(at.asked(questions) == 0);
    CHECK_FALSE(at.has_sent_address("new2"));
    CHECK(at.has_sent_address("new3"));

    at.make(at.know_some(5));
    CHECK(at.asked(looks) == 0);
    CHECK(at.has_sent_address("new7"));

    at.there.accounts["old"] = {"new12@s.example", 2};
    at.make(at.know_some(5));
    CHECK(at.asked(looks) == 1);
    CHECK_FALSE(at.has_sent_address("new12"));
}

TEST_CASE("an address of somebody of the roster who has an account is not sent, and nothing is asked for that") {
    school at(with({{"commhost", {}}, {"ben", {"parents@home.example"}}}));
    const auto ben = at.know("ben", "parents@home.example");
    at.processor.set_account(ben, "@ben:s", core_communication::account_origin::made);
    auto people = at.know_some(4);
    people.push_back(at.know("ada", "parents@home.example"));
    at.make(people);
    CHECK(at.asked(looks) + at.asked(questions) == 0);
    CHECK_FALSE(at.has_sent_address("ada"));
    CHECK(at.has_sent_address("new1"));
}

TEST_CASE("accounts that other rooms are just making cost nothing") {
    constexpr std::int64_t far_future = 9'999'999'999'999;
    school at(with({{"fresh", {"fresh@s.example", 0, far_future}},
                    {"used", {"new2@s.example", 7, far_future}},
                    {"unused", {"new3@s.example", 0, 1'000'000'000'000}}}));
    at.make(at.know_some(5));
    CHECK(at.asked(looks) == 2);
    CHECK(at.asked(questions) == 0);
    CHECK_FALSE(at.has_sent_address("new2"));
    CHECK_FALSE(at.has_sent_address("new3"));
}

TEST_CASE("where more accounts are nobody's than are to be made, each address is asked for") {
    homeserver of;
    for (int number = 0; number < 7; ++number)
        of.accounts["old" + std::to_string(number)] = {"old" + std::to_string(number) + "@s.example"};
    of.accounts["old3"].address = "new2@s.example";
    school at(of);
    at.make(at.know_some(5));
    CHECK(at.asked(looks) == 0);
    CHECK(at.asked(questions) == 5);
    CHECK_FALSE(at.has_sent_address("new2"));
    CHECK(at.has_sent_address("new3"));
}

TEST_CASE("an account that shows the address already is not asked about and not written to") {
    school at(with({{"ben", {"ben@s.example"}}}));
    const auto ben = at.know("ben", "ben@s.example");
    at.processor.add_person({ben, "ben", "", "", "", "ben@s.example", {{"grades", "9"}}});
    at.processor.set_account(ben, "@ben:s", core_communication::account_origin::made);
    at.make({ben});
    CHECK(at.asked(looks) == 1);
    CHECK(at.asked(questions) + at.asked("PUT ") == 0);
}
