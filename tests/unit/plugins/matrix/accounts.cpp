#include "matrix/communication_feature.hpp"
#include "scripted_server.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>

using namespace commhost::test;
using core_communication::failure;
using core_communication::http_response;
using core_communication::user_id;

namespace {

const std::string list = "GET /_synapse/admin/v2/users?admins=true&guests=false&deactivated=false&limit=500";

http_response answer(const std::string& asked) {
    if (asked == "GET /_matrix/client/v3/account/whoami") return {200, {}, R"({"user_id":"@commhost:s"})"};
    if (asked == list)
        return {200, {}, R"({"users":[{"name":"@root:s","admin":true},{"name":"@anna:s","admin":false}],
                            "next_token":"2","total":3})"};
    if (asked == list + "&from=2") return {200, {}, R"({"users":[{"name":"@boss:s","admin":1}],"total":3})"};
    if (asked.starts_with("PUT /_synapse/admin/v2/users/")) return {201, {}, "{}"};
    return {404, {}, R"({"errcode":"M_UNRECOGNIZED"})"};
}

struct school {
    explicit school(scripted_server::script answers = answer)
        : server(std::move(answers)), processor(server, "room-key-of-the-test") {
        processor.set_site_settings(settings_of_matrix());
        provider.load_for_instance(processor);
    }

    user_id know(const std::string& username) {
        const user_id user{++last};
        processor.add_person({user, username, "", "", "", ""});
        return user;
    }
    std::size_t asked(const std::string& beginning) const {
        const auto& all = server.asked();
        return static_cast<std::size_t>(
            std::count_if(all.begin(), all.end(), [&](const auto& each) { return each.starts_with(beginning); }));
    }

    scripted_server server;
    core_communication_test::memory_processor processor;
    communication_matrix::communication_feature provider;
    std::int64_t last = 0;
};

}  // namespace

TEST_CASE("accounts of server admins, on whichever page they are listed, are left alone") {
    school at;
    const auto root = at.know("root");
    const auto boss = at.know("boss");
    const auto anna = at.know("anna");
    at.provider.create_members(std::array{root, boss, anna});
    REQUIRE(at.processor.failed().size() == 2);
    CHECK(at.processor.failed().at(root).kind() == failure::conflict);
    CHECK(std::string(at.processor.failed().at(boss).what()) ==
          "@boss:s is the account of a server admin, which is not taken over");
    CHECK(at.processor.synced() == std::set{anna});
    CHECK(at.asked("PUT ") == 1);
}

TEST_CASE("who the admins are is read once for all portions, and not at all where no account is to be made") {
    school at;
    at.provider.create_members(std::array{at.know("")});
    CHECK(at.asked(list) == 0);
    at.provider.create_members(std::array{at.know("anna")});
    at.provider.create_members(std::array{at.know("ben")});
    CHECK(at.asked(list) == 2);  // its two pages
    CHECK(at.processor.synced().size() == 2);
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

TEST_CASE("without the list of admins no account is touched") {
    for (const auto* body : {R"({"users":[],"next_token":"2"})", R"({"total":0})", "[]"}) {
        CAPTURE(body);
        school at([&](const std::string& asked) {
            return asked.starts_with(list) ? http_response{200, {}, body} : answer(asked);
        });
        CHECK_THROWS_AS(at.provider.create_members(std::array{at.know("anna")}), core_communication::provider_error);
        CHECK(at.asked("PUT ") == 0);
    }
}

TEST_CASE("a list of admins that leads back to a page that was read is an error and no endless work") {
    int pages = 0;
    school at([&](const std::string& asked) {
        if (!asked.starts_with(list)) return answer(asked);
        return http_response{200, {}, ++pages % 2 == 0 ? R"({"users":[],"next_token":"a"})" : R"({"users":[],"next_token":"b"})"};
    });
    CHECK_THROWS_AS(at.provider.create_members(std::array{at.know("anna")}), core_communication::provider_error);
    CHECK(pages == 3);
}
