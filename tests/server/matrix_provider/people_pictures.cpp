#include "homeserver.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>

using namespace commhost::test;
using core_communication::http_method;

TEST_CASE("an account shows its person's picture, the next one, and then none; unchanged nothing is written") {
    auto& server = homeserver::shared();
    class_room room;
    const auto user = room.enrol();
    const auto profile = "/_matrix/client/v3/profile/" + room.account(user);
    const auto shown = [&] {
        const auto found = server.call(http_method::get, "/_synapse/admin/v2/users/" + room.account(user));
        const auto& address = found.at("avatar_url");
        return address.is_string() ? std::string(address.as_string()) : std::string();
    };
    const auto give = [&](const std::string& digest, const std::string& bytes) {
        room.processor().set_picture_of(user, digest,
                                        bytes.empty() ? std::nullopt
                                                      : std::optional(core_communication::picture{"image/gif", bytes}));
    };
    const auto writes_of_task = [&] {
        server.take_requests();
        room.task([&](auto& provider) { provider.create_members(std::array{user}); });
        CHECK(room.processor().synced().contains(user));
        const auto requests = server.take_requests();
        return std::count_if(requests.begin(), requests.end(),
                             [](const auto& each) { return !each.starts_with("GET "); });
    };

    const std::string face = "GIF89a\x01";
    give("first", face);
    CHECK(writes_of_task() == 3);  // make the account, upload, show
    const auto first = shown();
    REQUIRE(first.starts_with("mxc://"));
    core_communication::http_request download;
    download.url = server.at().url + "/_matrix/client/v1/media/download/" + first.substr(6);
    download.headers = {{"Authorization", "Bearer " + server.at().admin_token}};
    CHECK(server.http().send(download).body == face);
    CHECK(writes_of_task() == 0);

    give("second", "GIF89a\x02");
    CHECK(writes_of_task() == 2);
    const auto second = shown();
    CHECK(second.starts_with("mxc://"));
    CHECK(second != first);
    CHECK(writes_of_task() == 0);

    give("", "");
    CHECK(writes_of_task() == 1);
    CHECK(shown().empty());
    CHECK(writes_of_task() == 0);

    // What the person set by themselves is not taken away with what the roster had.
    give("second", "GIF89a\x02");
    CHECK(writes_of_task() == 2);
    server.call(http_method::put, profile + "/avatar_url", {{"avatar_url", first}});
    give("", "");
    CHECK(writes_of_task() == 0);
    CHECK(shown() == first);
}
