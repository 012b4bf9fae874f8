// The space of a site, from its making to its end. Each test has an account of its own for commhost, so that each has a space of its own.

#include "homeserver.hpp"
#include "matrix/known_space.hpp"

#include <core_communication/http_service.hpp>
#include <core_communication/provider_error.hpp>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

using namespace commhost::test;
using core_communication::diagnosis_outcome;
using core_communication::http_method;
using core_communication::percent_encode;
using core_communication::room_role;

namespace {

namespace json = boost::json;

std::string room_path(const std::string& room) { return "/_matrix/client/v3/rooms/" + percent_encode(room); }

/// A site whose commhost works with this account, and whose rooms are listed in a space.
struct school {
    explicit school(homeserver& at = homeserver::shared()) : server(at) {
        static int count = 0;
        account = server.account("school-" + std::to_string(::getpid()) + "-" + std::to_string(++count));
        name = "School " + std::to_string(::getpid()) + "-" + std::to_string(count);
        const auto user = "/users/" + percent_encode(account);
        server.call(http_method::put, "/_synapse/admin/v2" + user, {{"admin", true}});
        server.call(http_method::post, "/_synapse/admin/v1" + user + "/override_ratelimit",
                    {{"messages_per_second", 0}, {"burst_count", 0}});
        token = server.log_in(account);
        take(first);
    }

    void take(class_room& room) const {
        room.set_site("access_token", token);
        room.set_site("space", name);
    }

    std::string alias() const { return "#commhost-space-" + account.substr(1); }

    json::value call(http_method method, const std::string& path, const json::value& body = nullptr) {
        return server.call(method, path, body, token);
    }

    /// The room that the alias leads to.
    std::string space() {
        return std::string(call(http_method::get, "/_matrix/client/v3/directory/room/" + percent_encode(alias()))
                               .at("room_id")
                               .as_string());
    }

    /// type and state key -> content, of what is not empty
    std::map<std::pair<std::string, std::string>, json::object> state(const std::string& room) {
        std::map<std::pair<std::string, std::string>, json::object> found;
        const auto answer = call(http_method::get, room_path(room) + "/state");
        for (const auto& event : answer.as_array())
            if (const auto& content = event.at("content").as_object(); !content.empty())
                found.emplace(std::pair(event.at("type").as_string(), event.at("state_key").as_string()), content);
        return found;
    }

    std::set<std::string> keys(const std::string& room, std::string_view type) {
        std::set<std::string> found;
        for (const auto& [which, content] : state(room))
            if (which.first == type) found.insert(which.second);
        return found;
    }
    std::set<std::string> children() { return keys(space(), "m.space.child"); }
    std::set<std::string> parents(const std::string& room) { return keys(room, "m.space.parent"); }

    /// "join", "leave" ...; empty for who never was in the space.
    std::string membership(const std::string& who) {
        const auto found = state(space());
        const auto member = found.find({"m.room.member", who});
        return member == found.end() ? "" : std::string(member->second.at("membership").as_string());
    }

    /// The requests that were sent since the last call and that write.
    std::vector<std::string> writes() const {
        auto requests = server.take_requests();
        std::erase_if(requests, [](const auto& each) { return each.starts_with("GET "); });
        return requests;
    }

    homeserver& server;
    std::string account;
    std::string name;
    std::string token;
    class_room first{server};
};

/// Room and members as one task of the host does it.
void reconcile(class_room& room) {
    room.task([&](auto& provider) {
        if (!provider.update_chat_room()) CHECK((provider.create_chat_room() && provider.update_chat_room()));
        provider.synchronise_room_members();
    });
}

void remove(class_room& room) {
    bool gone = false;
    while (!gone) room.task([&](auto& provider) { gone = provider.delete_chat_room(); });
}

int status(homeserver& server, http_method method, const std::string& path, const std::string& token,
           const std::string& body = "{}") {
    core_communication::http_request request;
    request.method = method;
    request.url = server.at().url + path;
    request.headers = {{"Authorization", "Bearer " + token}};
    if (method != http_method::get) request.body = body;
    return server.http().send(request).status;
}

bool has_logged(class_room& room, std::string_view words) {
    const auto& messages = room.processor().messages();
    return std::any_of(messages.begin(), messages.end(),
                       [&](const auto& each) { return each.second.find(words) != std::string::npos; });
}

core_communication::diagnosis diagnosis_of_space(class_room& room) {
    core_communication::diagnosis found;
    room.task([&](auto& provider) {
        for (auto& each : provider.diagnose())
            if (each.id == "space") found = std::move(each);
    });
    return found;
}

using pairs = std::pair<std::string, std::string>;

}  // namespace

TEST_CASE("the first room makes the space and is listed in it, and its people are in it") {
    school at;
    const auto teacher = at.first.enrol(room_role::owner);
    SUBCASE("of version 11") {}
    SUBCASE("of version 12, whose creators are not listed") { at.first.set_site("room_version", "12"); }
    CHECK(diagnosis_of_space(at.first).found.find("why=later") != std::string::npos);
    at.first.provision();
    const auto room = at.first.room_id();
    const auto space = at.space();
    auto state = at.state(space);
    CHECK(state.at(pairs("m.room.create", "")).at("type").as_string() == "m.space");
    CHECK_FALSE(state.at(pairs("m.room.create", "")).contains("m.federate"));
    CHECK(state.at(pairs("m.room.name", "")).at("name").as_string() == at.name);
    CHECK(state.at(pairs("m.room.join_rules", "")).at("join_rule").as_string() == "invite");
    CHECK(state.at(pairs("m.room.guest_access", "")).at("guest_access").as_string() == "forbidden");
    CHECK(state.at(pairs("m.room.history_visibility", "")).at("history_visibility").as_string() == "joined");
    CHECK(at.call(http_method::get, "/_matrix/client/v3/directory/list/room/" + percent_encode(space))
              .at("visibility")
              .as_string() == "private");
    CHECK(state.at(pairs("m.space.child", room)) == json::object{{"via", {"commhost.test"}}});
    CHECK(at.state(room).at(pairs("m.space.parent", space)) ==
          json::object{{"via", {"commhost.test"}}, {"canonical", true}});
    CHECK(at.membership(at.first.account(teacher)) == "join");
    CHECK(diagnosis_of_space(at.first).outcome == diagnosis_outcome::passed);

    // Nobody but us sends or changes anything there, not even an owner of rooms.
    const auto teachers = at.server.log_in(at.first.account(teacher));
    for (const auto& [event, body] : {pairs("/send/m.room.message/1", R"({"msgtype":"m.text","body":"Hello"})"),
                                      pairs("/state/m.room.name", R"({"name":"Ours"})"),
                                      pairs("/state/m.room.avatar", "{}"), pairs("/state/m.space.child/!x:s", "{}")})
        CHECK(status(at.server, http_method::put, room_path(space) + event, teachers, body) == 403);
    CHECK(status(at.server, http_method::get, room_path(space) + "/state", teachers) == 200);

    at.server.take_requests();
    reconcile(at.first);
    CHECK(at.server.take_requests().size() == 1);
    // In another process it is looked at once whether we are in it, and what its name is.
    communication_matrix::forget_spaces();
    reconcile(at.first);
    CHECK(at.server.take_requests().size() == 3);
}

TEST_CASE("a new room takes one request more, each of its people one, and whoever is in the space already none") {
    school at;
    const auto pupil = at.first.enrol();
    at.first.provision();
    class_room second;
    at.take(second);
    second.processor().share_site_with(at.first.processor());
    const auto known = second.know({core_communication::user_id{}, at.first.username(pupil), "", "", "", "", {}});
    const auto other = second.enrol();
    second.processor().want(known);
    const std::array both{known, other};
    second.task([&](auto& provider) { provider.create_members(both); });
    at.server.take_requests();
    second.task([&](auto& provider) {
        CHECK(provider.create_chat_room());
        CHECK(provider.update_chat_room());
    });
    CHECK(at.server.take_requests().size() == 2);  // the room and its entry in the space
    second.task([&](auto& provider) { provider.add_members_to_room(both); });
    const auto put_in = at.writes();
    CHECK(put_in.size() == 3);
    CHECK(std::count(put_in.begin(), put_in.end(), "POST /_synapse/admin/v1/join/" + percent_encode(at.space())) == 1);
    CHECK(at.membership(second.account(other)) == "join");
    CHECK(at.children() == std::set{at.first.room_id(), second.room_id()});
}

TEST_CASE("two rooms at once make one space") {
    school at;
    std::string other_url = at.server.at().url;
    SUBCASE("in one process") {}
    SUBCASE("in two, neither of which knows what the other has come to know") {
        const auto host = other_url.find("127.0.0.1");
        REQUIRE(host != std::string::npos);
        other_url.replace(host, 9, "localhost");
    }
    auto there = at.server.at();
    there.url = other_url;
    homeserver other_process(there);
    class_room second(other_process);
    at.take(second);
    at.first.enrol();
    second.enrol();
    const auto make = [](class_room& room) {
        for (bool is_made = false; !is_made;)
            room.task([&](auto& provider) {
                try {
                    is_made = provider.create_chat_room() && provider.update_chat_room();
                } catch (const core_communication::provider_error& waits) {
                    // The host would come back after that time.
                    if (waits.kind() != core_communication::failure::rate_limited) throw;
                }
            });
    };
    std::thread elsewhere(make, std::ref(second));
    make(at.first);
    elsewhere.join();
    CHECK(at.children() == std::set{at.first.room_id(), second.room_id()});
    CHECK(at.parents(at.first.room_id()) == std::set{at.space()});
    CHECK(at.parents(second.room_id()) == std::set{at.space()});
    std::size_t spaces = 0;
    const auto joined = at.call(http_method::get, "/_matrix/client/v3/joined_rooms");
    for (const auto& each : joined.at("joined_rooms").as_array())
        if (at.state(std::string(each.as_string())).at(pairs("m.room.create", "")).contains("type")) ++spaces;
    CHECK(spaces == 1);
}

TEST_CASE("the space is found again by its alias after a crash before its id was stored") {
    school at;
    at.first.provision();
    const auto space = at.space();
    at.first.processor().lose_values();
    communication_matrix::forget_spaces();
    at.first.task([](auto& provider) {
        CHECK(provider.create_chat_room());
        CHECK(provider.update_chat_room());
    });
    CHECK(at.space() == space);
    CHECK(at.first.processor().site_value("space") == space);
    CHECK(at.children() == std::set{at.first.room_id()});
}

TEST_CASE("who leaves the space is not put into it again, and who leaves a room stays in it") {
    school at;
    const auto gone = at.first.enrol();
    const auto banned = at.first.enrol();
    const auto pupil = at.first.enrol();
    at.first.provision();
    const auto space = at.space();
    at.server.call(http_method::post, room_path(space) + "/leave", json::object(),
                   at.server.log_in(at.first.account(gone)));
    at.call(http_method::post, room_path(space) + "/ban", {{"user_id", at.first.account(banned)}});
    at.first.task([&](auto& provider) { provider.remove_members_from_room(at.first.everybody()); });
    CHECK(at.membership(at.first.account(pupil)) == "join");
    // Also in a process that has to read it first.
    communication_matrix::forget_spaces();
    at.first.task([&](auto& provider) { provider.add_members_to_room(at.first.everybody()); });
    CHECK(at.first.processor().failed().empty());
    CHECK(at.membership(at.first.account(gone)) == "leave");
    CHECK(at.membership(at.first.account(banned)) == "ban");
    CHECK(at.membership(at.first.account(pupil)) == "join");
}

TEST_CASE("a room that was there before is listed once there is a space, and its people come into it") {
    school at;
    const auto pupil = at.first.enrol();
    at.first.set_site("space", "");
    at.first.provision();
    CHECK(at.parents(at.first.room_id()).empty());
    CHECK(diagnosis_of_space(at.first).found.find("why=none") != std::string::npos);
    at.take(at.first);
    reconcile(at.first);
    CHECK(at.children() == std::set{at.first.room_id()});
    CHECK(at.parents(at.first.room_id()) == std::set{at.space()});
    CHECK(at.membership(at.first.account(pupil)) == "join");
}

TEST_CASE("a deleted room leaves the space, also one that somebody else deleted; an archived one stays") {
    school at;
    at.first.provision();
    class_room second;
    at.take(second);
    second.processor().share_site_with(at.first.processor());
    second.provision();
    SUBCASE("archived") {
        second.task([](auto& provider) { CHECK(provider.archive_chat_room()); });
        reconcile(second);
        CHECK(at.children() == std::set{at.first.room_id(), second.room_id()});
    }
    SUBCASE("deleted") {
        remove(second);
        CHECK(at.children() == std::set{at.first.room_id()});
    }
    SUBCASE("deleted by somebody else") {
        at.call(http_method::delete_, "/_synapse/admin/v1/rooms/" + percent_encode(second.room_id()),
                {{"purge", true}, {"block", false}});
        second.task([](auto& provider) { CHECK_FALSE(provider.update_chat_room()); });
        CHECK(at.children() == std::set{at.first.room_id()});
    }
}

TEST_CASE("a room that was upgraded is listed in the place of the old one") {
    school at;
    const auto pupil = at.first.enrol();
    at.first.provision();
    const auto old = at.first.room_id();
    const auto next = std::string(at.call(http_method::post, room_path(old) + "/upgrade", {{"new_version", "12"}})
                                      .at("replacement_room")
                                      .as_string());
    reconcile(at.first);
    CHECK(at.first.room_id() == next);
    CHECK(at.children() == std::set{next});
    CHECK(at.parents(next) == std::set{at.space()});
    CHECK(at.parents(old).empty());
    CHECK(at.membership(at.first.account(pupil)) == "join");
    at.server.take_requests();
    reconcile(at.first);
    CHECK(at.server.take_requests().size() == 1);
}

TEST_CASE("an adopted room is listed, and one whose adoption is taken back is not") {
    school at;
    const auto pupil = at.first.enrol();
    at.first.task([&](auto& provider) { provider.create_members(at.first.everybody()); });
    const auto id = std::string(at.server
                                    .call(http_method::post, "/_matrix/client/v3/createRoom",
                                          {{"preset", "private_chat"}, {"name", "By hand"}},
                                          at.server.log_in(at.first.account(pupil)))
                                    .at("room_id")
                                    .as_string());
    at.first.task([&](auto& provider) { provider.adopt_chat_room(id); });
    SUBCASE("adopted") {
        reconcile(at.first);
        CHECK(at.children() == std::set{id});
        CHECK(at.parents(id) == std::set{at.space()});
        CHECK(at.membership(at.first.account(pupil)) == "join");
    }
    SUBCASE("taken back") {
        at.first.provision();
        CHECK(at.first.room_id() != id);
        CHECK(at.children() == std::set{at.first.room_id()});
        CHECK(at.parents(id).empty());
    }
}

TEST_CASE("the space is renamed with the setting, by one write") {
    school at;
    at.first.provision();
    at.first.set_site("space", at.name + " again");
    CHECK(diagnosis_of_space(at.first).outcome == diagnosis_outcome::warning);
    CHECK(diagnosis_of_space(at.first).found.find("what=name") != std::string::npos);
    at.server.take_requests();
    reconcile(at.first);
    reconcile(at.first);
    CHECK(at.writes() == std::vector{"PUT " + room_path(at.space()) + "/state/m.room.name"});
    CHECK(at.state(at.space()).at(pairs("m.room.name", "")).at("name").as_string() == at.name + " again");
}

TEST_CASE("where the setting is emptied each room loses its entries, the space stays, and it is taken up again") {
    school at;
    at.first.provision();
    const auto space = at.space();
    at.first.set_site("space", "");
    reconcile(at.first);
    CHECK(at.space() == space);
    CHECK(at.children().empty());
    CHECK(at.parents(at.first.room_id()).empty());
    CHECK_FALSE(at.first.processor().site_value("space").has_value());
    at.server.take_requests();
    reconcile(at.first);
    CHECK(at.server.take_requests().size() == 1);
    communication_matrix::forget_spaces();
    at.take(at.first);
    reconcile(at.first);
    CHECK(at.space() == space);
    CHECK(at.children() == std::set{at.first.room_id()});
}

TEST_CASE("a room of the alias that is not ours to use is never taken over, and rooms go on without a space") {
    school at;
    const auto user = at.first.enrol();
    at.first.task([&](auto& provider) { provider.create_members(std::array{user}); });
    json::object foreign{{"room_alias_name", at.alias().substr(1, at.alias().find(':') - 1)},
                         {"preset", "private_chat"}};
    std::string why;
    SUBCASE("no space") { why = "it is no space"; }
    SUBCASE("one that we are not in") {
        foreign["creation_content"] = {{"type", "m.space"}};
        why = at.account + " is not in it";
    }
    SUBCASE("one in which we have no power") {
        foreign["creation_content"] = {{"type", "m.space"}};
        foreign["invite"] = json::array{at.account};
        why = at.account + " has power level 0 there and needs 50";
    }
    if (why == "it is no space") foreign["invite"] = json::array{at.account};
    const auto id = std::string(
        at.server
            .call(http_method::post, "/_matrix/client/v3/createRoom", foreign, at.server.log_in(at.first.account(user)))
            .at("room_id")
            .as_string());
    if (foreign.contains("invite")) at.call(http_method::post, room_path(id) + "/join", json::object());
    at.first.task([](auto& provider) {
        CHECK(provider.create_chat_room());
        CHECK(provider.update_chat_room());
    });
    CHECK(has_logged(at.first, why));
    at.first.provision();
    CHECK(at.space() == id);
    CHECK(at.parents(at.first.room_id()).empty());
    const auto found = diagnosis_of_space(at.first);
    CHECK(found.outcome == diagnosis_outcome::warning);
    CHECK(found.found.find("reason=" + why) != std::string::npos);
    // It is looked at once and not by every room.
    at.server.take_requests();
    reconcile(at.first);
    CHECK(at.server.take_requests().size() == 1);
}

TEST_CASE("a space without federation is open to this server alone, and opens no room") {
    school at;
    at.first.set_site("federation", false);
    at.first.enrol();
    class_room elsewhere;
    const auto curious = elsewhere.enrol();
    elsewhere.task([&](auto& provider) { provider.create_members(std::array{curious}); });
    at.first.provision();
    const auto state = at.state(at.space());
    CHECK(state.at(pairs("m.room.create", "")).at("m.federate").as_bool() == false);
    CHECK(state.at(pairs("m.room.join_rules", "")).at("join_rule").as_string() == "public");
    CHECK(state.at(pairs("m.room.guest_access", "")).at("guest_access").as_string() == "forbidden");
    const auto token = at.server.log_in(elsewhere.account(curious));
    CHECK(status(at.server, http_method::post, room_path(at.space()) + "/join", token) == 200);
    CHECK(status(at.server, http_method::post, room_path(at.first.room_id()) + "/join", token) == 403);
    const auto seen = at.server.call(
        http_method::get, "/_matrix/client/v1/rooms/" + percent_encode(at.space()) + "/hierarchy", nullptr, token);
    CHECK(seen.at("rooms").as_array().size() == 1);  // the space itself
}
