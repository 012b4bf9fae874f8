#include "matrix/communication_feature.hpp"
#include "scripted_server.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <stdexcept>
#include <string>

using namespace commhost::test;
using core_communication::failure;
using core_communication::http_response;

namespace {

/// A room that is as wanted but for its picture; what is uploaded lies at mxc://s/logo.
http_response answer(const std::string& asked) {
    if (asked == "GET /_matrix/client/v3/account/whoami") return {200, {}, R"({"user_id":"@commhost:s"})"};
    if (asked.ends_with("/state"))
        return {200,
                {},
                R"([{"type":"m.room.create","state_key":"","sender":"@commhost:s","content":{"room_version":"11"}},
                    {"type":"m.room.name","state_key":"","sender":"@commhost:s","content":{"name":"Room"}},
                    {"type":"m.room.power_levels","state_key":"","sender":"@commhost:s",
                     "content":{"users":{"@commhost:s":100}}},
                    {"type":"m.room.member","state_key":"@commhost:s","sender":"@commhost:s",
                     "content":{"membership":"join"}}])"};
    if (asked == "POST /_matrix/media/v3/upload") return {200, {}, R"({"content_uri":"mxc://s/logo"})"};
    return {200, {}, "{}"};
}

struct pictured_room {
    explicit pictured_room(script answers = answer)
        : server(server_of(std::move(answers))), processor(server, "room-key-of-the-test") {
        processor.set_site_settings(settings_of_matrix());
        processor.set_room_settings(settings_of_matrix_room());
        processor.set_value("room_id", "!room:s");
    }

    /// One task; returns what was written.
    std::vector<std::string> update() {
        const auto before = server.asked().size();
        communication_matrix::communication_feature provider;
        provider.load_for_instance(processor);
        const bool is_there = provider.update_chat_room();
        CHECK(is_there);
        std::vector<std::string> written;
        for (auto index = before; index < server.asked().size(); ++index)
            if (!server.asked()[index].starts_with("GET ")) written.push_back(server.asked()[index]);
        return written;
    }

    core_communication::failure kind_of_refusal() {
        try {
            update();
        } catch (const core_communication::provider_error& refused) {
            return refused.kind();
        }
        throw std::logic_error("nothing was refused");
    }

    void show(const std::string& digest) {
        processor.set_room({"Room", "", digest});
        processor.set_picture(core_communication::picture{"image/png", "bytes of " + digest});
    }

    core_communication::testing::scripted_http server;
    core_communication::testing::memory_processor processor;
};

const std::string create_media = "POST /_matrix/media/v1/create";
const std::string put_media = "PUT /_matrix/media/v3/upload/s/logo";
const std::string upload = "POST /_matrix/media/v3/upload";
const std::string set_avatar = "PUT /_matrix/client/v3/rooms/%21room%3As/state/m.room.avatar";

}  // namespace

TEST_CASE("what one room refuses is that room's trouble, and what is refused to our account is not") {
    http_response refusal{403, {}, R"({"errcode":"M_FORBIDDEN","error":"You don't have permission"})"};
    auto kind = failure::conflict;
    SUBCASE("a room in which we have too little power") {}
    SUBCASE("a room that takes no such name") { refusal = {400, {}, R"({"errcode":"M_BAD_JSON","error":"No"})"}; }
    SUBCASE("our token") {
        refusal = {401, {}, R"({"errcode":"M_UNKNOWN_TOKEN","error":"No"})"};
        kind = failure::unauthorised;
    }
    SUBCASE("the server's limit") {
        refusal = {403, {}, R"({"errcode":"M_RESOURCE_LIMIT_EXCEEDED","error":"No"})"};
        kind = failure::unavailable;
    }
    pictured_room room(
        [&](const std::string& asked) { return asked.ends_with("/state/m.room.name") ? refusal : answer(asked); });
    room.processor.set_room({"Another name", "", ""});
    CHECK(room.kind_of_refusal() == kind);
}

TEST_CASE("a room that our account was taken out of is that room's trouble") {
    pictured_room room([](const std::string& asked) {
        return asked.ends_with("/state") ? http_response{403, {}, R"({"errcode":"M_FORBIDDEN","error":"Not in room"})"}
                                         : answer(asked);
    });
    CHECK(room.kind_of_refusal() == failure::conflict);
}

TEST_CASE("a room that the server may still be making is waited for, and one that it was broken off at is not") {
    const http_response none{404, {}, R"({"errcode":"M_NOT_FOUND","error":"No"})"};
    bool is_lost = true;
    std::string alias_of;  // a room's id
    std::string in_work = R"({"state":[]})";
    bool is_finished = false;
    pictured_room room([&](const std::string& asked) -> http_response {
        if (asked == "GET /_matrix/client/versions") return {200, {}, R"({"versions":["v1.1"]})"};
        if (asked == "POST /_matrix/client/v3/createRoom") {
            if (!is_lost) return {200, {}, R"({"room_id":"!second:s"})"};
            alias_of = "!first:s";
            throw core_communication::provider_error(failure::unavailable, "the answer is lost");
        }
        if (asked.starts_with("GET /_matrix/client/v3/directory/room/"))
            return alias_of.empty() ? none : http_response{200, {}, R"({"room_id":")" + alias_of + "\"}"};
        if (asked.starts_with("DELETE /_matrix/client/v3/directory/room/")) alias_of = "";
        if (asked.starts_with("GET /_synapse/admin/v1/rooms/%21first%3As/state")) return {200, {}, in_work};
        if (asked == "GET /_matrix/client/v3/rooms/%21first%3As/state" && !is_finished)
            return {403, {}, R"({"errcode":"M_FORBIDDEN","error":"Not in room"})"};
        return answer(asked);
    });
    room.processor.erase_value("room_id");
    const auto create = [&] {
        communication_matrix::communication_feature provider;
        provider.load_for_instance(room.processor);
        return provider.create_chat_room();
    };
    CHECK_THROWS_WITH(create(), "the answer is lost");
    is_lost = false;
    CHECK_THROWS_WITH(create(), doctest::Contains("may still be making the room !first:s"));
    in_work =
        R"({"state":[{"type":"m.room.create","state_key":"","sender":"@commhost:s","content":{"room_version":"11"}}]})";
    CHECK_THROWS_WITH(create(), doctest::Contains("may still be making the room !first:s"));
    CHECK(alias_of == "!first:s");
    SUBCASE("the server goes on with it") {
        is_finished = true;
        CHECK(create());
        CHECK(room.processor.value("room_id") == "!first:s");
    }
    SUBCASE("the server does not") {
        SUBCASE("for some minutes") { room.processor.set_value("creating", "1700000000"); }
        SUBCASE("since an earlier version began with it") { room.processor.set_value("creating", "1"); }
        CHECK(create());
        CHECK(room.processor.value("room_id") == "!second:s");
        CHECK(alias_of == "");
    }
}

TEST_CASE("a picture is uploaded and shown once, and again when it is another") {
    pictured_room room;
    CHECK(room.update().empty());
    room.show("aa");
    CHECK(room.update() == std::vector{upload, set_avatar});
    CHECK(room.update().empty());
    CHECK(room.processor.pictures_read() == 1);
    room.show("bb");
    CHECK(room.update() == std::vector{upload, set_avatar});
    CHECK(room.update().empty());
}

TEST_CASE("a picture that is no more wanted is taken away without an upload") {
    pictured_room room;
    room.show("aa");
    room.update();
    room.processor.set_room({"Room", "", ""});
    CHECK(room.update() == std::vector{set_avatar});
    CHECK(room.update().empty());
}

TEST_CASE("a server that takes no picture has its room all the same, and is asked again a day later, or for another") {
    std::string refusal;
    int status = 413;
    SUBCASE("too large") { refusal = R"({"errcode":"M_TOO_LARGE","error":"No picture"})"; }
    SUBCASE("switched off") {
        status = 404;
        refusal = R"({"errcode":"M_NOT_FOUND","error":"No picture"})";
    }
    SUBCASE("not for us") {
        status = 403;
        refusal = R"({"errcode":"M_FORBIDDEN","error":"No picture"})";
    }
    bool refuses = true;
    SUBCASE("we have uploaded what an account may") {
        status = 403;
        refusal = R"({"errcode":"M_USER_LIMIT_EXCEEDED","error":"No picture"})";
    }
    pictured_room room([&](const std::string& asked) {
        return asked == upload && refuses ? http_response{status, {}, refusal} : answer(asked);
    });
    room.show("aa");
    CHECK(room.update() == std::vector{upload});
    REQUIRE(room.processor.messages().size() == 1);
    CHECK(room.processor.messages()[0].second.find("No picture") != std::string::npos);
    CHECK(room.update().empty());
    CHECK(room.processor.pictures_read() == 1);
    room.show("bb");
    CHECK(room.update() == std::vector{upload});
    CHECK(room.update().empty());
    room.processor.set_value("avatar_refused", "1700000000 bb");  // long ago
    CHECK(room.update() == std::vector{upload});
    CHECK(room.update().empty());
    room.processor.set_value("avatar_refused", "1700000000 bb");
    refuses = false;
    CHECK(room.update() == std::vector{upload, set_avatar});
    CHECK_FALSE(room.processor.value("avatar_refused"));
}

TEST_CASE("a server that is away while a picture is sent, or asks to wait, ends the task") {
    auto kind = core_communication::failure::unavailable;
    std::string fails = upload;
    SUBCASE("away") {}
    SUBCASE("asks to wait") { kind = core_communication::failure::rate_limited; }
    SUBCASE("asks to wait once it has the picture") {
        kind = core_communication::failure::rate_limited;
        fails = set_avatar;
    }
    bool works = false;
    pictured_room room([&](const std::string& asked) -> http_response {
        if (asked == fails && !works) throw core_communication::provider_error(kind, "not now");
        return answer(asked);
    });
    room.show("aa");
    CHECK_THROWS_AS(room.update(), core_communication::provider_error);
    CHECK(room.processor.messages().empty());
    works = true;
    CHECK(room.update() == std::vector{upload, set_avatar});
}

TEST_CASE("where uploads in one step are not offered, they go in two, if the versions say so") {
    bool offers_two_steps = true;
    bool lost_an_answer = false;
    SUBCASE("which they do") {}
    SUBCASE("and one that came with an earlier try is not sent again") { lost_an_answer = true; }
    SUBCASE("which they do not") { offers_two_steps = false; }
    pictured_room room([&](const std::string& asked) -> http_response {
        if (asked == upload) return {404, {}, R"({"errcode":"M_UNRECOGNIZED","error":"Unrecognized request"})"};
        if (asked == "GET /_matrix/client/versions")
            return {200, {}, offers_two_steps ? R"({"versions":["v1.1","v1.7"]})" : R"({"versions":["v1.1"]})"};
        if (asked == create_media) return {200, {}, R"({"content_uri":"mxc://s/logo"})"};
        if (asked == put_media && lost_an_answer)
            return {409, {}, R"({"errcode":"M_CANNOT_OVERWRITE_MEDIA","error":"Media ID already has content"})"};
        return answer(asked);
    });
    room.show("aa");
    if (offers_two_steps) {
        CHECK(room.update() == std::vector{upload, create_media, put_media, set_avatar});
        CHECK(room.server.body_of(set_avatar).find("mxc://s/logo") != std::string::npos);
        CHECK(room.server.body_of(put_media) == "bytes of aa");
    } else {
        CHECK(room.update() == std::vector{upload});
        REQUIRE(room.processor.messages().size() == 1);
        CHECK(room.processor.messages()[0].second.find(
                  "neither uploads in one step nor uploads in two steps (Synapse 1.98)") != std::string::npos);
    }
}

TEST_CASE("a picture that is larger than the server takes is not sent, and the limit is asked for again only then") {
    std::string limit = "11";
    int asked_for_limit = 0;
    pictured_room room([&](const std::string& asked) -> http_response {
        if (asked == "GET /_matrix/client/versions") return {200, {}, R"({"versions":["v1.1","v1.11"]})"};
        if (asked == "GET /_matrix/client/v1/media/config") {
            ++asked_for_limit;
            return {200, {}, R"({"m.upload.size":)" + limit + "}"};
        }
        return answer(asked);
    });
    room.show("aa");  // 11 bytes
    CHECK(room.update() == std::vector{upload, set_avatar});
    room.show("bb");
    CHECK(room.update() == std::vector{upload, set_avatar});
    CHECK(asked_for_limit == 1);
    room.show("longer");
    CHECK(room.update().empty());
    REQUIRE(room.processor.messages().size() == 1);
    CHECK(room.processor.messages()[0].second.find("at most 11 bytes, and the picture has 15") != std::string::npos);
    limit = "100";
    CHECK(room.update().empty());
    room.show("another");
    CHECK(room.update() == std::vector{upload, set_avatar});
    CHECK(asked_for_limit == 3);
}
