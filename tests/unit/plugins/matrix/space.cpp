#include "matrix/space.hpp"

#include "matrix/communication_feature.hpp"
#include "matrix/stored_time.hpp"
#include "scripted_server.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

using namespace commhost::test;
using communication_matrix::configuration;
using communication_matrix::plan_space;
using core_communication::failure;
using core_communication::http_request;
using core_communication::http_response;
using core_communication::percent_encode;
using core_communication::provider_error;
using core_communication::user_id;

namespace {

namespace json = boost::json;

http_response ok(const json::value& body) { return {200, {}, json::serialize(body)}; }
http_response refused(int status, std::string_view errcode) {
    return {status, {}, json::serialize(json::object{{"errcode", errcode}, {"error", "No"}})};
}

json::object event(std::string_view type, std::string_view key, json::object content,
                   std::string_view sender = "@commhost:s") {
    return {{"type", type}, {"state_key", key}, {"sender", sender}, {"content", std::move(content)}};
}

json::object member(std::string_view account, std::string_view how) {
    return event("m.room.member", account, {{"membership", how}});
}

const std::string alias = "#commhost-space-commhost:s";
const std::string alias_path = "/_matrix/client/v3/directory/room/" + percent_encode(alias);
const std::string create = "POST /_matrix/client/v3/createRoom";

std::string state_path(const std::string& room) {
    return "/_matrix/client/v3/rooms/" + percent_encode(room) + "/state";
}
std::string put_child(const std::string& space = "!space:s", const std::string& room = "!room:s") {
    return "PUT " + state_path(space) + "/m.space.child/" + percent_encode(room);
}
std::string put_parent(const std::string& space = "!space:s", const std::string& room = "!room:s") {
    return "PUT " + state_path(room) + "/m.space.parent/" + percent_encode(space);
}
std::string join(const std::string& room) { return "POST /_synapse/admin/v1/join/" + percent_encode(room); }

/// A homeserver with the room "!room:s" of a class, and what a test says of a space.
struct site {
    explicit site(const std::string& name = "School") {
        communication_matrix::forget_spaces();
        auto settings = settings_of_matrix();
        settings.set("space", name);
        processor.set_site_settings(settings);
        processor.set_room_settings(settings_of_matrix_room());
        processor.set_room({"Room", "", ""});
        processor.set_value("room_id", "!room:s");
        rooms["!room:s"] = {
            event("m.room.create", "", {{"room_version", "11"}}), event("m.room.name", "", {{"name", "Room"}}),
            event("m.room.power_levels", "", {{"users", {{"@commhost:s", 100}}}}), member("@commhost:s", "join")};
    }

    void add_space(const std::string& name = "School") {
        rooms["!space:s"] = {event("m.room.create", "", {{"room_version", "11"}, {"type", "m.space"}}),
                             event("m.room.name", "", {{"name", name}}),
                             event("m.room.power_levels", "", {{"users", {{"@commhost:s", 100}}}}),
                             member("@commhost:s", "join")};
        leads_to = "!space:s";
    }

    http_response answer(const std::string& asked, const http_request& request) {
        if (asked.ends_with("/account/whoami")) return ok({{"user_id", "@commhost:s"}});
        if (asked == "GET /_matrix/client/versions") return ok({{"versions", {"v1.1"}}});
        if (asked == create) {
            if (!leads_to.empty()) return refused(400, "M_ROOM_IN_USE");
            add_space();
            return ok({{"room_id", "!space:s"}});
        }
        if (asked.ends_with(alias_path)) {
            if (leads_to.empty()) return refused(404, "M_NOT_FOUND");
            if (asked.starts_with("DELETE")) leads_to.clear();
            return ok({{"room_id", leads_to}});
        }
        for (auto& [id, state] : rooms) {
            if (asked == "GET /_synapse/admin/v1/rooms/" + percent_encode(id) + "/state") return ok({{"state", state}});
            // Who has left is told what was there then.
            if (knows_us(state) && asked == "GET " + state_path(id)) return ok(state);
            for (const auto& each : state) {
                const auto type = "/" + std::string(each.at("type").as_string());
                const auto key = std::string(each.at("state_key").as_string());
                if (knows_us(state) &&
                    asked == "GET " + state_path(id) + type + (key.empty() ? "" : "/" + percent_encode(key)))
                    return ok(each.at("content"));
            }
            const auto put = "PUT " + state_path(id) + "/m.space.parent/";
            if (asked.starts_with(put))
                state.push_back(event("m.space.parent", "!space:s", json::parse(request.body).as_object()));
        }
        if (asked.starts_with("GET ") && asked.find("/state") != std::string::npos)
            return refused(asked.find("admin") == std::string::npos ? 403 : 404,
                           asked.find("admin") == std::string::npos ? "M_FORBIDDEN" : "M_NOT_FOUND");
        if (asked == join("!space:s") && !rooms.contains("!space:s")) return refused(403, "M_FORBIDDEN");
        return ok(json::object());
    }

    /// Whether we are in the room, or were.
    static bool knows_us(const json::array& state) {
        return std::any_of(state.begin(), state.end(),
                           [](const auto& each) { return each.at("state_key") == json::value("@commhost:s"); });
    }

    void leave_space() {
        for (auto& each : rooms["!space:s"])
            if (each.at("state_key") == json::value("@commhost:s")) each = member("@commhost:s", "leave");
    }

    /// One task; returns what was written.
    std::vector<std::string> update() {
        return written([](auto& provider) { CHECK(provider.update_chat_room()); });
    }
    template <class Work>
    std::vector<std::string> written(const Work& work) {
        server.forget_requests();
        communication_matrix::communication_feature provider;
        provider.load_for_instance(processor);
        work(provider);
        auto asked = server.asked();
        std::erase_if(asked, [](const auto& each) { return each.starts_with("GET "); });
        return asked;
    }

    /// Somebody of the roster who has this account.
    user_id enrol(const std::string& account) {
        const user_id user{++last_user};
        processor.add_person({user, "u" + std::to_string(last_user), "", "", "", "", {}});
        processor.want(user);
        processor.set_account(user, account, core_communication::account_origin::found);
        users.push_back(user);
        return user;
    }
    std::vector<std::string> add_everybody() {
        return written([&](auto& provider) { processor.ask(users, [&] { provider.add_members_to_room(users); }); });
    }

    bool has_logged(std::string_view words) const {
        const auto& messages = processor.messages();
        return std::any_of(messages.begin(), messages.end(),
                           [&](const auto& each) { return each.second.find(words) != std::string::npos; });
    }

    std::map<std::string, json::array> rooms;
    std::string leads_to;
    std::int64_t last_user = 0;
    std::vector<user_id> users;
    core_communication::testing::scripted_http server{
        address, [this](const std::string& asked, const http_request& request) { return answer(asked, request); }};
    core_communication::testing::memory_processor processor{server, "room-key-of-the-test"};
};

configuration plan_settings() {
    configuration site;
    site.server_name = "s";
    site.room_version = "11";
    site.space = "School";
    return site;
}

}  // namespace

TEST_CASE("the alias of the space names our account") {
    CHECK(communication_matrix::alias_of_space("@commhost:example.org:8448", "example.org:8448") ==
          "#commhost-space-commhost:example.org:8448");
}

TEST_CASE("a space is made in one request, in which nobody but us has any power") {
    const auto asked = plan_space(plan_settings(), "@commhost:s");
    CHECK(asked.at("name").as_string() == "School");
    CHECK(asked.at("visibility").as_string() == "private");
    CHECK(asked.at("preset").as_string() == "private_chat");
    CHECK(asked.at("room_alias_name").as_string() == "commhost-space-commhost");
    CHECK(asked.at("creation_content") == json::object{{"type", "m.space"}});
    const auto& levels = asked.at("power_level_content_override").as_object();
    CHECK(levels.at("users") == json::object{{"@commhost:s", 100}});
    CHECK(levels.at("events").as_object().empty());
    for (const auto* each : {"events_default", "state_default", "invite", "kick", "ban", "redact"})
        CHECK(levels.at(each).as_int64() == 100);
    CHECK_FALSE(asked.contains("invite"));
}

TEST_CASE("a space without federation is open to its own server, and one with it to nobody who was not put in") {
    auto settings = plan_settings();
    settings.federation = false;
    const auto asked = plan_space(settings, "@commhost:s");
    CHECK(asked.at("creation_content") == json::object{{"type", "m.space"}, {"m.federate", false}});
    CHECK(asked.at("preset").as_string() == "public_chat");
}

TEST_CASE("the second account has the power over the space, too") {
    auto settings = plan_settings();
    settings.second_account = "@second:s";
    auto asked = plan_space(settings, "@commhost:s");
    CHECK(asked.at("invite") == json::array{"@second:s"});
    CHECK(asked.at("power_level_content_override").at("users") ==
          json::object{{"@commhost:s", 100}, {"@second:s", 100}});
    settings.room_version = "12";
    asked = plan_space(settings, "@commhost:s");
    CHECK(asked.at("power_level_content_override").at("users").as_object().empty());
    CHECK(asked.at("creation_content").at("additional_creators") == json::array{"@second:s"});
}

TEST_CASE("no space is asked for where none is set") {
    site at("");
    CHECK(at.update().empty());
    CHECK(at.server.asked() ==
          std::vector<std::string>{"GET " + state_path("!room:s"), "GET /_matrix/client/v3/account/whoami"});
}

TEST_CASE("a room that is there is listed by two writes, and nothing is sent a second time") {
    site at;
    CHECK(at.update() == std::vector{create, put_child(), put_parent()});
    CHECK(at.server.body_of(put_child()) == R"({"via":["s"]})");
    CHECK(at.server.body_of(put_parent()) == R"({"via":["s"],"canonical":true})");
    CHECK(at.processor.site_value("space") == "!space:s");
    CHECK(at.update().empty());
    CHECK(at.server.asked().size() == 1);
}

TEST_CASE("a new room begins with its entry") {
    site at;
    at.processor.erase_value("room_id");
    at.add_space();
    at.processor.set_site_value("space", "!space:s");
    at.server.answer_differently([](const std::string& asked) -> std::optional<http_response> {
        if (asked == create) return ok({{"room_id", "!room:s"}});
        return std::nullopt;
    });
    CHECK(at.written([](auto& provider) {
        CHECK(provider.create_chat_room());
        CHECK(provider.update_chat_room());
    }) == std::vector{create, put_child()});
    CHECK(at.server.body_of(create).find(
              R"({"type":"m.space.parent","state_key":"!space:s","content":{"via":["s"],"canonical":true}})") !=
          std::string::npos);
    CHECK(at.processor.value("space") == "!space:s !room:s whole");
}

TEST_CASE("of two who make it at once the later one takes up what the other has made") {
    site at;
    at.add_space();
    http_response told = refused(400, "M_ROOM_IN_USE");
    SUBCASE("told before it begins") {}
    SUBCASE("told when it has begun, too") { told = refused(409, "M_UNKNOWN"); }
    at.server.answer_differently(
        [&](const std::string& asked) { return asked == create ? std::optional(told) : std::nullopt; });
    CHECK(at.update() == std::vector{create, put_child(), put_parent()});
    CHECK(at.processor.site_value("space") == "!space:s");
}

TEST_CASE("a space that is being made is waited for, and one that was never finished is made anew after a time") {
    site at;
    at.leads_to = "!half:s";
    bool is_to_come = false;
    SUBCASE("the alias alone is there") {}
    SUBCASE("the clock has gone back since it was seen") { is_to_come = true; }
    SUBCASE("we are in it and have no levels yet") {
        at.rooms["!half:s"] = {event("m.room.create", "", {{"room_version", "11"}, {"type", "m.space"}}),
                               member("@commhost:s", "join")};
    }
    const auto is_waited_for = [&] {
        try {
            at.update();
        } catch (const provider_error& waits) {
            return waits.kind() == failure::rate_limited && waits.wait().has_value();
        }
        return false;
    };
    CHECK(is_waited_for());
    CHECK(is_waited_for());
    CHECK(at.leads_to == "!half:s");
    at.processor.set_site_value("space_unfinished", "1 !other:s");
    CHECK(is_waited_for());
    const auto now = std::stoll(communication_matrix::time_to_store());
    at.processor.set_site_value("space_unfinished", std::to_string(now - 240) + " !half:s");
    CHECK(is_waited_for());
    CHECK(at.leads_to == "!half:s");
    // Five minutes later, or after a clock that was wrong.
    const auto since = now + (is_to_come ? 3600 : -300);
    at.processor.set_site_value("space_unfinished", std::to_string(since) + " !half:s");
    CHECK(at.update() == std::vector{create, "DELETE " + alias_path, create, put_child(), put_parent()});
}

TEST_CASE("a space that is gone is made anew, and the room is listed in that one") {
    site at;
    at.processor.set_site_value("space", "!gone:s");
    at.processor.set_value("space", "!gone:s !room:s whole");
    at.rooms["!room:s"].push_back(event("m.space.parent", "!gone:s", {{"via", {"s"}}, {"canonical", true}}));
    at.server.answer_differently([&](const std::string& asked) {
        return asked == put_child("!gone:s") ? std::optional(refused(403, "M_FORBIDDEN")) : std::nullopt;
    });
    CHECK(at.update() == std::vector{create, put_child("!gone:s"), put_parent("!gone:s"), put_child(), put_parent()});
    CHECK(at.server.body_of(put_parent("!gone:s")) == "{}");
}

TEST_CASE("a space that our account has left is noticed by who looks for it, and rooms go on without it") {
    site at;
    at.update();
    at.rooms["!space:s"].push_back(member("@ada:s", "join"));
    at.leave_space();
    communication_matrix::forget_spaces();
    CHECK(at.update() == std::vector{create});
    CHECK(at.has_logged("is gone, or our account is not in it any more"));
    CHECK(at.has_logged("rooms are not listed in the space of the site"));
    CHECK_FALSE(at.processor.site_value("space").has_value());
}

TEST_CASE("a space that is gone, or was left, while people are put into it is given up, and looked for later") {
    site at;
    at.update();
    at.enrol("@ada:s");
    bool is_left = false;
    SUBCASE("removed") { at.rooms.erase("!space:s"); }
    SUBCASE("removed, when it was known who is in it") {
        at.add_everybody();
        at.enrol("@bob:s");
        at.rooms.erase("!space:s");
    }
    SUBCASE("left") {
        at.leave_space();
        is_left = true;
    }
    if (!is_left) at.leads_to.clear();
    at.add_everybody();
    CHECK(at.processor.failed().empty());
    CHECK(at.has_logged("rooms are not listed in the space of the site"));
    CHECK(at.update().empty());
    if (is_left) return;
    communication_matrix::forget_spaces();
    CHECK(at.update() == std::vector{create, put_child()});
}

TEST_CASE("what the server refuses about the space is logged once, and the room goes on without it") {
    site at;
    std::string what = create;
    SUBCASE("making it") {}
    SUBCASE("listing the room") { what = put_child(); }
    at.server.answer_differently([&](const std::string& asked) {
        return asked == what ? std::optional(refused(403, "M_FORBIDDEN")) : std::nullopt;
    });
    const auto sent = at.update();
    CHECK(sent.back() == what);
    CHECK(at.has_logged("rooms are not listed in the space of the site"));
    at.processor.forget_verdicts();
    CHECK(at.update().empty());
    CHECK(at.processor.messages().empty());
    // Later, or in another process.
    communication_matrix::forget_spaces();
    at.server.answer_differently({});
    const auto again = at.update();
    REQUIRE(again.size() >= 2);
    CHECK(again[again.size() - 2] == put_child());
    CHECK(again.back() == put_parent());
}

TEST_CASE("a room that may not name the space goes on, with its people in the space, and tries again at each update") {
    site at;
    at.enrol("@ada:s");
    at.rooms["!room:s"].push_back(member("@ada:s", "join"));
    at.server.answer_differently([&](const std::string& asked) {
        return asked == put_parent() ? std::optional(refused(403, "M_FORBIDDEN")) : std::nullopt;
    });
    CHECK(at.update() == std::vector{create, put_child(), put_parent(), join("!space:s")});
    CHECK(at.has_logged("does not name it"));
    CHECK(at.processor.value("space") == "!space:s !room:s");
    CHECK(at.update() == std::vector{put_child(), put_parent()});
    at.server.answer_differently({});
    CHECK(at.update() == std::vector{put_child(), put_parent()});
    CHECK(at.update().empty());
}

TEST_CASE("a server that is away ends the task, and the next one goes on where it ended") {
    site at;
    std::string what = create;
    SUBCASE("while the space is made") {}
    SUBCASE("while the room is listed") { what = put_child(); }
    SUBCASE("while the room names it") { what = put_parent(); }
    at.server.answer_differently([&](const std::string& asked) -> std::optional<http_response> {
        if (asked == what) throw provider_error(failure::unavailable, "connection reset");
        return std::nullopt;
    });
    CHECK_THROWS_AS(at.update(), provider_error);
    at.server.answer_differently({});
    const auto sent = at.update();
    CHECK(std::count(sent.begin(), sent.end(), put_child()) == 1);
    CHECK(at.update().empty());
}

TEST_CASE("a room that was listed when we were killed leaves the space when it is deleted") {
    site at;
    at.processor.set_site_value("space", "!space:s");
    at.processor.set_value("space", "!space:s !room:s");
    const auto sent = at.written([](auto& provider) {
        try {
            provider.delete_chat_room();
        } catch (const provider_error&) {  // it is not on this server
        }
    });
    REQUIRE_FALSE(sent.empty());
    CHECK(sent.front() == put_child());
    CHECK(at.server.body_of(put_child()) == "{}");
    CHECK_FALSE(at.processor.value("space").has_value());
}

TEST_CASE("a room in which we may not name the space is listed in it all the same, once") {
    site at;
    at.rooms["!room:s"][2] =
        event("m.room.power_levels", "", {{"users", {{"@commhost:s", 91}}}, {"events", {{"m.space.parent", 100}}}});
    CHECK(at.update() == std::vector{create, put_child()});
    CHECK(at.update().empty());
}

TEST_CASE("an entry that somebody took out of the room is put there again") {
    site at;
    at.update();
    at.rooms["!room:s"].pop_back();
    CHECK(at.update() == std::vector{put_child(), put_parent()});
}

TEST_CASE("of the people of a room those come into the space who never were in it") {
    site at;
    at.add_space();
    for (const auto& [account, how] : std::map<std::string, std::string>{{"@in:s", "join"},
                                                                         {"@gone:s", "leave"},
                                                                         {"@banned:s", "ban"},
                                                                         {"@half:s", "invite"},
                                                                         {"@asked:far", "invite"}})
        at.rooms["!space:s"].push_back(member(account, how));
    for (const auto* account :
         {"@in:s", "@gone:s", "@banned:s", "@half:s", "@asked:far", "@new:s", "@new:far", "@commhost:s"}) {
        at.enrol(account);
        if (std::string(account) != "@new:s" && std::string(account) != "@commhost:s")
            at.rooms["!room:s"].push_back(member(account, "join"));
    }
    const auto invite = "POST /_matrix/client/v3/rooms/" + percent_encode("!space:s") + "/invite";
    at.update();
    CHECK(std::count(at.server.asked().begin(), at.server.asked().end(), join("!space:s")) == 1);
    CHECK(at.server.body_of(join("!space:s")) == R"({"user_id":"@half:s"})");
    CHECK(at.server.body_of(invite) == R"({"user_id":"@new:far"})");
    CHECK(at.add_everybody() == std::vector{join("!room:s"), join("!space:s")});
    CHECK(at.server.body_of(join("!space:s")) == R"({"user_id":"@new:s"})");
    CHECK(at.processor.failed().empty());
    // Two rooms, one read.
    CHECK(std::count(at.server.asked().begin(), at.server.asked().end(), "GET " + state_path("!space:s")) == 0);
    CHECK(at.add_everybody() == std::vector{join("!room:s")});
}

TEST_CASE("a room whose people could not all be put into the space is not done with") {
    site at;
    at.add_space();
    at.enrol("@ada:s");
    at.rooms["!room:s"].push_back(member("@ada:s", "join"));
    at.server.answer_differently([&](const std::string& asked) -> std::optional<http_response> {
        if (asked == join("!space:s")) throw provider_error(failure::unavailable, "connection reset");
        return std::nullopt;
    });
    CHECK(at.update() == std::vector{create, put_child(), put_parent(), join("!space:s")});
    at.server.answer_differently({});
    CHECK(at.update() == std::vector{put_child(), join("!space:s")});
    CHECK(at.update().empty());
}

TEST_CASE("what goes wrong in the space is nobody's failure, and is tried again if it may pass") {
    site at;
    at.add_space();
    at.update();
    at.enrol("@ada:s");
    bool is_to_be_tried_again = true;
    std::string words;
    SUBCASE("the server is away") {
        words = "connection reset";
        at.server.answer_differently([&](const std::string& asked) -> std::optional<http_response> {
            if (asked == join("!space:s")) throw provider_error(failure::unavailable, "connection reset");
            return std::nullopt;
        });
    }
    SUBCASE("the space cannot be read") {
        words = "is not in the space";
        at.server.answer_differently([&](const std::string& asked) {
            return asked == "GET " + state_path("!space:s") ? std::optional(refused(403, "M_FORBIDDEN")) : std::nullopt;
        });
    }
    SUBCASE("the server fails at it") {
        words = "still to be put into the space";
        at.server.answer_differently([&](const std::string& asked) {
            return asked == join("!space:s") ? std::optional(refused(500, "M_UNKNOWN")) : std::nullopt;
        });
    }
    SUBCASE("the server does not let them in") {
        words = "refused to put 1 people";
        is_to_be_tried_again = false;
        at.server.answer_differently([&](const std::string& asked) -> std::optional<http_response> {
            if (asked == join("!space:s")) return refused(403, "M_FORBIDDEN");
            if (asked.find("/m.room.member/") != std::string::npos) return refused(404, "M_NOT_FOUND");
            return std::nullopt;
        });
    }
    at.add_everybody();
    CHECK(at.processor.failed().empty());
    CHECK(at.processor.synced().size() == 1);
    CHECK(at.has_logged(words));
    at.server.answer_differently({});
    at.rooms["!room:s"].push_back(member("@ada:s", "join"));
    communication_matrix::forget_spaces();
    // By the room's next update, later, with nobody left to be put into it.
    const auto sent = at.update();
    CHECK(std::count(sent.begin(), sent.end(), join("!space:s")) == (is_to_be_tried_again ? 1 : 0));
    CHECK(at.update().empty());
}

TEST_CASE("who was put into a room when we were stopped comes into the space with the room's next update") {
    site at;
    at.add_space();
    at.update();
    const std::array first{at.enrol("@ada:s")};
    const std::array second{at.enrol("@bob:s")};
    const auto add = [&](auto& provider, const auto& users) {
        at.processor.ask(users, [&] { provider.add_members_to_room(users); });
    };
    SUBCASE("at the first of several batches") {
        at.server.answer_differently([&](const std::string& asked) -> std::optional<http_response> {
            if (asked == join("!space:s")) throw provider_error(failure::unavailable, "connection reset");
            return std::nullopt;
        });
        at.written([&](auto& provider) {
            add(provider, first);
            at.server.answer_differently({});
            add(provider, second);
        });
        at.rooms["!room:s"].push_back(member("@bob:s", "join"));
    }
    SUBCASE("for good, before anybody was put into the space") {
        at.server.answer_differently([&](const std::string& asked) -> std::optional<http_response> {
            if (asked == join("!space:s") || asked == "GET " + state_path("!space:s"))
                throw core_communication::task_cancelled();
            return std::nullopt;
        });
        CHECK_THROWS_AS(at.written([&](auto& provider) { add(provider, first); }), core_communication::task_cancelled);
        at.server.answer_differently({});
        communication_matrix::forget_spaces();
    }
    at.rooms["!room:s"].push_back(member("@ada:s", "join"));
    const auto sent = at.update();
    CHECK(at.server.body_of(join("!space:s")) == R"({"user_id":"@ada:s"})");
    CHECK(std::count(sent.begin(), sent.end(), put_child()) == 1);
    CHECK(at.update().empty());
}

TEST_CASE("who is put into a room and into the space leaves nothing to be done") {
    site at;
    at.add_space();
    at.update();
    at.enrol("@ada:s");
    CHECK(at.add_everybody() == std::vector{join("!room:s"), join("!space:s")});
    CHECK(at.processor.value("space") == "!space:s !room:s whole");
    at.rooms["!room:s"].push_back(member("@ada:s", "join"));
    CHECK(at.update().empty());
}
