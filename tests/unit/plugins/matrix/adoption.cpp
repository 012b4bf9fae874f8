#include "matrix/adoption.hpp"

#include "matrix/archive.hpp"
#include "matrix/communication_feature.hpp"
#include "scripted_server.hpp"

#include <core_communication/http_service.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

using namespace commhost::test;
using core_communication::failure;
using core_communication::http_request;
using core_communication::http_response;
using core_communication::provider_error;

namespace {

namespace json = boost::json;

constexpr auto own_account = "@commhost:s";
const std::string own_alias = "#commhost-room-key-of-the-test:s";

/// A server with one room that people have made by hand, "!hand:s". It does what Synapse does there: whoever is made admin gets
/// the level of the most powerful, and is invited.
struct hand_made_room {
    hand_made_room()
        : server(address,
                 [this](const std::string& asked, const http_request& request) { return answer(asked, request); }),
          processor(server, "room-key-of-the-test") {
        processor.set_site_settings(settings_of_matrix());
        processor.set_room_settings(settings_of_matrix_room());
        processor.set_room({"Physics", "", ""});
    }

    http_response answer(const std::string& asked, const http_request& request) {
        const bool is_write = !asked.starts_with("GET ");
        if (is_write) written.push_back(asked);
        if (is_write && writes_left-- == 0 && loses_before) throw provider_error(failure::unavailable, "lost");
        auto said = do_it(asked, request);
        if (is_write && writes_left == -1) throw provider_error(failure::unavailable, "lost");
        return said;
    }

    http_response do_it(const std::string& asked, const http_request& request) {
        const auto ok = [](const json::value& body) { return http_response{200, {}, json::serialize(body)}; };
        const http_response not_found{404, {}, R"({"errcode":"M_NOT_FOUND","error":"Not found"})"};
        if (asked == "GET /_matrix/client/v3/account/whoami") return ok({{"user_id", own_account}});
        if (asked == "GET /_matrix/client/versions") return ok({{"versions", {"v1.1"}}});
        if (asked == "GET /_synapse/admin/v1/rooms/%21hand%3As/state") return ok({{"state", state()}});
        if (asked == "GET /_matrix/client/v3/rooms/%21hand%3As/state")
            return is("join") ? ok(state())
                              : http_response{403, {}, R"({"errcode":"M_FORBIDDEN","error":"not in room"})"};
        if (asked == "GET /_matrix/client/v3/rooms/%21hand%3As/aliases") {
            json::array list;
            for (const auto& [alias, room] : aliases)
                if (room == "!hand:s") list.emplace_back(alias);
            if (comes_between && aliases.contains(own_alias)) list.emplace_back("#commhost-other:s");
            return ok({{"aliases", std::move(list)}});
        }
        for (const auto& alias : {own_alias, std::string("#physics:s")}) {
            const auto path = " /_matrix/client/v3/directory/room/" + core_communication::percent_encode(alias);
            if (!asked.ends_with(path)) continue;
            if (asked.starts_with("PUT")) {
                if (mark_is_repeated) aliases[alias] = marks;
                if (aliases.contains(alias)) return {409, {}, R"({"errcode":"M_UNKNOWN","error":"already exists"})"};
                aliases[alias] = std::string(json::parse(request.body).at("room_id").as_string());
                return ok(json::object());
            }
            if (asked.starts_with("DELETE")) return aliases.erase(alias) > 0 ? ok(json::object()) : not_found;
            const auto found = aliases.find(alias);
            return found == aliases.end() ? not_found : ok({{"room_id", found->second}});
        }
        if (asked == "POST /_synapse/admin/v1/rooms/%21hand%3As/make_room_admin") {
            if (refuses_power) return {400, {}, R"({"errcode":"M_UNKNOWN","error":"No local admin user in room"})"};
            levels["users"].as_object()[own_account] = 100;
            if (!is("join")) members[own_account] = "invite";
            return ok(json::object());
        }
        if (asked == "POST /_matrix/client/v3/rooms/%21hand%3As/join") {
            if (!is("invite") && join_rule != "public")
                return {403, {}, R"({"errcode":"M_FORBIDDEN","error":"not invited"})"};
            members[own_account] = "join";
            return ok({{"room_id", "!hand:s"}});
        }
        if (asked == "GET /_synapse/admin/v1/rooms/%21hand%3As") return ok({{"room_id", "!hand:s"}});
        if (asked == "DELETE /_synapse/admin/v2/rooms/%21hand%3As") return ok({{"delete_id", "purges the room"}});
        if (asked == "POST /_matrix/client/v3/createRoom") {
            if (aliases.contains(own_alias)) return {400, {}, R"({"errcode":"M_ROOM_IN_USE","error":"taken"})"};
            aliases[own_alias] = "!new:s";
            return ok({{"room_id", "!new:s"}});
        }
        if (asked.starts_with("PUT /_matrix/client/v3/rooms/%21hand%3As/state/m.room.name")) {
            name = std::string(json::parse(request.body).at("name").as_string());
            return ok(json::object());
        }
        if (asked.starts_with("PUT /_matrix/client/v3/rooms/%21hand%3As/state/m.room.power_levels")) {
            levels = json::parse(request.body).as_object();
            return ok(json::object());
        }
        return not_found;
    }

    bool is(std::string_view how) const {
        const auto found = members.find(own_account);
        return found != members.end() && found->second == how;
    }

    json::array state() const {
        const auto event = [](std::string_view type, std::string_view key, std::string_view sender,
                              const json::value& content) {
            return json::object{{"type", type}, {"state_key", key}, {"sender", sender}, {"content", content}};
        };
        json::array events{event("m.room.create", "", creator, create),
                           event("m.room.name", "", creator, {{"name", name}}),
                           event("m.room.power_levels", "", creator, levels)};
        events.push_back(event("m.room.join_rules", "", creator, {{"join_rule", join_rule}}));
        for (const auto& [account, how] : members)
            events.push_back(event("m.room.member", account, how == "ban" ? "@ada:s" : account, {{"membership", how}}));
        if (!tombstone.is_null()) events.push_back(event("m.room.tombstone", "", creator, tombstone));
        return events;
    }

    /// One task; returns what was written.
    std::vector<std::string> adopt(const std::string& where = "!hand:s") {
        written.clear();
        communication_matrix::communication_feature provider;
        provider.load_for_instance(processor);
        provider.adopt_chat_room(where);
        return written;
    }

    /// One task after an adoption that was broken off after so many writes; returns what was written in it.
    template <class Work>
    std::vector<std::string> after_broken_adoption(int writes, bool reached, Work work) {
        writes_left = writes;
        loses_before = !reached;
        try {
            adopt();  // where no write was the one to be lost, only the host was never told
        } catch (const provider_error&) {
            CHECK(processor.value("room_id") != "!hand:s");
        }
        writes_left = 1000;
        written.clear();
        communication_matrix::communication_feature provider;
        provider.load_for_instance(processor);
        work(provider);
        return written;
    }

    /// Why it is not adopted; nothing is written.
    std::string refusal(failure kind, const std::string& where = "!hand:s") {
        try {
            adopt(where);
        } catch (const provider_error& refused) {
            CHECK(refused.kind() == kind);
            CHECK(written.empty());
            CHECK_FALSE(processor.value("room_id"));
            return refused.what();
        }
        FAIL("it was adopted");
        return "";
    }

    std::string creator = "@ada:s";
    json::object create{{"room_version", "11"}};
    json::object levels{{"users", {{"@ada:s", 100}, {"@bob:s", 50}}}, {"users_default", 0}};
    std::map<std::string, std::string> members{{"@ada:s", "join"}, {"@bob:s", "join"}, {"@guest:other", "join"}};
    std::map<std::string, std::string> aliases{{"#physics:s", "!hand:s"}};
    json::value tombstone = nullptr;
    std::string name = "Our physics";
    std::string join_rule = "invite";
    bool refuses_power = false;
    bool mark_is_repeated = false;  ///< The first answer to it was lost, and the request sent once more.
    std::string marks = "!hand:s";  ///< The room that has the alias then.
    bool comes_between = false;     ///< Another instance marks the room in the same moment.
    int writes_left = 1000;         ///< The answer to the write after these is lost.
    bool loses_before = false;      ///< And that write itself.
    std::vector<std::string> written;
    core_communication::testing::scripted_http server;
    core_communication::testing::memory_processor processor;
};

const std::string power = "POST /_synapse/admin/v1/rooms/%21hand%3As/make_room_admin";
const std::string join = "POST /_matrix/client/v3/rooms/%21hand%3As/join";
const std::string mark =
    "PUT /_matrix/client/v3/directory/room/" + core_communication::percent_encode("#commhost-room-key-of-the-test:s");
const std::string unmark = "DELETE /_matrix/client/v3/directory/room/" +
                           core_communication::percent_encode("#commhost-room-key-of-the-test:s");

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

/// Calls with how many writes of an adoption were answered, and whether the next one reached the server; with 3 only the host was
/// never told that the room is adopted.
void wherever_it_was_broken_off(const std::function<void(int, bool)>& call) {
    for (const bool reached : {true, false}) {
        for (int writes = 0; writes < 4; ++writes) {
            CAPTURE(reached);
            CAPTURE(writes);
            call(writes, reached);
        }
    }
}

bool is_marked_after(int writes, bool reached) { return writes == 3 || (writes == 2 && reached); }

}  // namespace

TEST_CASE("a room of the instance's that was archived and forgotten is open once it is adopted") {
    hand_made_room room;
    room.members[own_account] = "join";
    room.levels["users"].as_object()[own_account] = 100;
    const auto open = room.levels;
    room.levels = communication_matrix::raise(open, 91, {}).content;
    room.aliases[own_alias] = "!hand:s";
    room.adopt();
    CHECK(room.levels == open);
    CHECK(room.adopt().empty());
}

TEST_CASE("a room in which people let nobody write stays so, wherever its adoption is broken off") {
    wherever_it_was_broken_off([](int writes, bool reached) {
        hand_made_room room;
        for (const auto* name : {"events_default", "state_default", "invite"}) room.levels[name] = 100;
        room.after_broken_adoption(writes, reached, [](auto& provider) { provider.adopt_chat_room("!hand:s"); });
        CHECK(room.levels.at("events_default") == 100);
        CHECK(room.levels.at("invite") == 100);
    });
}

TEST_CASE("a room that people have made gets our account with their power, and the alias of the instance") {
    for (const std::string where : {"!hand:s", "#physics:s", "https://matrix.to/#/%23physics%3As"}) {
        CAPTURE(where);
        hand_made_room room;
        const auto before = room.levels;
        CHECK(room.adopt(where) == std::vector{power, join, mark});
        CHECK(room.processor.value("room_id") == "!hand:s");
        CHECK(room.aliases.at(own_alias) == "!hand:s");
        CHECK(room.aliases.at("#physics:s") == "!hand:s");
        room.levels["users"].as_object().erase(own_account);
        CHECK(room.levels == before);
        CHECK(room.members.size() == 4);
    }
}

TEST_CASE("a room is adopted once, and found again when everything that was kept is lost") {
    hand_made_room room;
    room.adopt();
    CHECK(room.adopt().empty());
    room.processor.lose_values();
    CHECK(room.adopt("#physics:s").empty());
    CHECK(room.processor.value("room_id") == "!hand:s");
}

TEST_CASE("a room is taken over only as far as that is lacking") {
    hand_made_room room;
    SUBCASE("we are in it with enough power") {
        room.levels["users"].as_object()[own_account] = 100;
        room.members[own_account] = "join";
        CHECK(room.adopt() == std::vector{mark});
    }
    SUBCASE("we are in it with too little") {
        room.levels["users"].as_object()[own_account] = 50;
        room.members[own_account] = "join";
        CHECK(room.adopt() == std::vector{power, mark});
    }
    SUBCASE("we have the power and left") {
        room.levels["users"].as_object()[own_account] = 100;
        room.members[own_account] = "leave";
        CHECK(room.adopt() == std::vector{power, join, mark});
    }
    SUBCASE("we have the power and left an open room, in which nobody else has it") {
        room.levels["users"] = {{own_account, 100}};
        room.members[own_account] = "leave";
        room.join_rule = "public";
        CHECK(room.adopt() == std::vector{join, mark});
    }
    SUBCASE("we have the power and are invited again, where nobody else has it") {
        room.levels["users"] = {{own_account, 100}};
        room.members[own_account] = "invite";
        CHECK(room.adopt() == std::vector{join, mark});
    }
    SUBCASE("we have no power in an open room") {
        room.join_rule = "public";
        CHECK(room.adopt() == std::vector{power, join, mark});
    }
    SUBCASE("a creator of version 12 is there, who is not listed") {
        room.create["room_version"] = "12";
        room.levels = {{"users", {{"@bob:s", 50}}}};
        CHECK(room.adopt() == std::vector{power, join, mark});
    }
}

TEST_CASE("an adoption that was broken off anywhere is gone on with, and nothing is done twice") {
    for (const bool reached : {true, false}) {
        for (int writes = 0; writes < 3; ++writes) {
            CAPTURE(reached);
            CAPTURE(writes);
            hand_made_room room;
            room.writes_left = writes;
            room.loses_before = !reached;
            CHECK_THROWS_AS(room.adopt(), provider_error);
            CHECK_FALSE(room.processor.value("room_id"));
            room.writes_left = 1000;
            const auto later = room.adopt();
            CHECK(room.processor.value("room_id") == "!hand:s");
            CHECK(room.aliases.at(own_alias) == "!hand:s");
            CHECK(room.members.at(own_account) == "join");
            // Who was made admin and has not come in is made so once more, which changes nothing.
            if (reached && writes > 0) CHECK(later == (writes == 1 ? std::vector{mark} : std::vector<std::string>()));
            CHECK(room.adopt().empty());
        }
    }
}

TEST_CASE("in the place of a room whose adoption was broken off anywhere and taken back one is made") {
    wherever_it_was_broken_off([](int writes, bool reached) {
        hand_made_room room;
        const auto later = room.after_broken_adoption(writes, reached, [&](auto& provider) {
            CHECK(provider.create_chat_room());
            CHECK(provider.update_chat_room());
            CHECK(provider.generate_room_url() == "https://matrix.to/#/!new:s?via=s");
        });
        const std::string make = "POST /_matrix/client/v3/createRoom";
        CHECK(later == (is_marked_after(writes, reached) ? std::vector{unmark, make} : std::vector{make}));
        CHECK(room.processor.value("room_id") == "!new:s");
        CHECK_FALSE(room.processor.value("adopting"));
        CHECK(room.name == "Our physics");
        CHECK(room.aliases.at("#physics:s") == "!hand:s");
        CHECK(room.aliases.at(own_alias) == "!new:s");
    });
}

TEST_CASE("a room whose adoption was broken off anywhere is not deleted with what is the instance's") {
    wherever_it_was_broken_off([](int writes, bool reached) {
        hand_made_room room;
        const auto later =
            room.after_broken_adoption(writes, reached, [&](auto& provider) { CHECK(provider.delete_chat_room()); });
        CHECK(later == (is_marked_after(writes, reached) ? std::vector{unmark} : std::vector<std::string>()));
        CHECK_FALSE(room.processor.value("room_id"));
        CHECK_FALSE(room.processor.value("adopting"));
        CHECK(room.aliases == std::map<std::string, std::string>{{"#physics:s", "!hand:s"}});
    });
}

TEST_CASE("giving up an adoption that is broken off anywhere is gone on with") {
    for (const bool reached : {true, false}) {
        CAPTURE(reached);
        hand_made_room room;
        room.adopt();
        const auto remove = [&](int writes) {
            room.writes_left = writes;
            room.loses_before = !reached;
            communication_matrix::communication_feature provider;
            provider.load_for_instance(room.processor);
            return provider.delete_chat_room();
        };
        CHECK_THROWS_AS(remove(0), provider_error);
        CHECK(remove(1000));
        CHECK(room.aliases == std::map<std::string, std::string>{{"#physics:s", "!hand:s"}});
        CHECK_FALSE(room.processor.value("room_id"));
        const auto& written = room.written;
        CHECK(std::none_of(written.begin(), written.end(),
                           [](const auto& each) { return contains(each, "/v2/rooms/"); }));
    }
}

TEST_CASE("a room that another instance has marked meanwhile is not ours, be our mark there still") {
    hand_made_room room;
    room.comes_between = true;
    const auto later =
        room.after_broken_adoption(3, false, [&](auto& provider) { CHECK(provider.delete_chat_room()); });
    CHECK(later == std::vector{unmark});
    CHECK_FALSE(room.aliases.contains(own_alias));
}

TEST_CASE("what is taken back of an adoption is nothing of another room that is ours") {
    hand_made_room room;
    room.aliases[own_alias] = "!new:s";
    room.processor.set_value("room_id", "!new:s");
    const auto later =
        room.after_broken_adoption(2, false, [&](auto& provider) { CHECK(provider.create_chat_room()); });
    CHECK(later.empty());
    CHECK(room.processor.value("room_id") == "!new:s");
    CHECK(room.aliases.at(own_alias) == "!new:s");
}

TEST_CASE("an adopted room is the instance's from when the host has shown that it knows it") {
    hand_made_room room;
    room.adopt();
    CHECK(room.processor.value("adopting") == "!hand:s");
    const auto task = [&](auto work) {
        communication_matrix::communication_feature provider;
        provider.load_for_instance(room.processor);
        work(provider);
    };
    task([](auto& provider) { CHECK(provider.update_chat_room()); });
    CHECK_FALSE(room.processor.value("adopting"));
    CHECK(room.adopt().empty());
    CHECK_FALSE(room.processor.value("adopting"));
    room.written.clear();
    task([](auto& provider) { CHECK(provider.create_chat_room()); });
    CHECK(room.written.empty());
    task([](auto& provider) { CHECK_FALSE(provider.delete_chat_room()); });
    CHECK(room.written == std::vector<std::string>{"DELETE /_synapse/admin/v2/rooms/%21hand%3As"});
}

TEST_CASE("what is no room for people on this server is refused before anything is changed") {
    hand_made_room room;
    SUBCASE("no such alias") {
        CHECK(contains(room.refusal(failure::invalid, "#phisics:s"), "nobody uses the alias #phisics:s"));
    }
    SUBCASE("no such room") {
        CHECK(contains(room.refusal(failure::invalid, "!gone:s"), "the server has no room !gone:s"));
    }
    SUBCASE("no address") { CHECK(contains(room.refusal(failure::invalid, "physics"), "names no room")); }
    SUBCASE("of another server") {
        room.creator = "@eve:other";
        const auto why = room.refusal(failure::invalid);
        CHECK(contains(why, "was made on other"));
        CHECK_FALSE(contains(why, "eve"));  // it is logged and kept, and whoever made the room is a person
    }
    SUBCASE("of nobody knows which server") {
        room.creator = "eve";
        CHECK(contains(room.refusal(failure::invalid), "was made on an unknown server"));
    }
    SUBCASE("a space") {
        room.create["type"] = "m.space";
        CHECK(contains(room.refusal(failure::invalid), "of the type m.space"));
    }
    SUBCASE("replaced") {
        room.tombstone = {{"replacement_room", "!new:s"}};
        CHECK(contains(room.refusal(failure::invalid), "goes on as !new:s"));
    }
    SUBCASE("closed") {
        room.tombstone = {{"body", "over"}};
        CHECK(room.refusal(failure::invalid).ends_with("was closed for good"));
    }
}

TEST_CASE("a room in which we cannot get the power is refused before anything is changed") {
    hand_made_room room;
    SUBCASE("who had it has left") {
        room.members["@ada:s"] = "leave";
        CHECK(contains(room.refusal(failure::conflict), "nobody has more than 50"));
    }
    SUBCASE("who is to have it has not come in yet") {
        room.members["@ada:s"] = "invite";
        CHECK(contains(room.refusal(failure::conflict), "nobody has more than 50"));
    }
    SUBCASE("who has it is of another server") {
        room.levels["users"] = {{"@guest:other", 100}};
        CHECK(contains(room.refusal(failure::conflict), "nobody has more than 0"));
    }
    SUBCASE("we have it and left, and the room is not open") {
        room.levels["users"] = {{own_account, 100}};
        room.members[own_account] = "leave";
        CHECK(contains(room.refusal(failure::conflict), "needs to be invited again by somebody"));
    }
    SUBCASE("we have none, and nobody in the open room has") {
        room.levels["users"] = json::object();
        room.join_rule = "public";
        CHECK(contains(room.refusal(failure::conflict), "nobody has more than 0"));
    }
    SUBCASE("we are banned") {
        room.members[own_account] = "ban";
        CHECK(contains(room.refusal(failure::conflict), "is banned"));
    }
}

TEST_CASE("that Synapse gives nobody power is the room's fault, and not our token's") {
    hand_made_room room;
    room.refuses_power = true;
    try {
        room.adopt();
        FAIL("it was adopted");
    } catch (const provider_error& refused) {
        CHECK(refused.kind() == failure::conflict);
        CHECK(contains(refused.what(), "No local admin user in room"));
    }
}

TEST_CASE("an alias whose answer was lost is the room's, and one that another room got meanwhile is not") {
    hand_made_room room;
    room.mark_is_repeated = true;
    SUBCASE("lost") {
        room.adopt();
        CHECK(room.processor.value("room_id") == "!hand:s");
    }
    SUBCASE("got by another room") {
        room.marks = "!other:s";
        try {
            room.adopt();
            FAIL("it was adopted");
        } catch (const provider_error& refused) {
            CHECK(refused.kind() == failure::conflict);
        }
    }
}

TEST_CASE("the room of another instance is refused") {
    hand_made_room room;
    room.aliases["#commhost-other:s"] = "!hand:s";
    CHECK(contains(room.refusal(failure::conflict), "it has the alias #commhost-other:s"));
    // As after a crash between marking it and seeing that another had done so, too.
    room.aliases[own_alias] = "!hand:s";
    CHECK_THROWS_AS(room.adopt(), provider_error);
    CHECK(room.written == std::vector{unmark});
}

TEST_CASE("of two instances that adopt a room in the same moment none has it for sure, and both say so") {
    hand_made_room room;
    room.comes_between = true;
    CHECK_THROWS_AS(room.adopt(), provider_error);
    CHECK(room.written == std::vector{power, join, mark, unmark});
    CHECK_FALSE(room.aliases.contains(own_alias));
    CHECK_FALSE(room.processor.value("room_id"));
}

TEST_CASE("the alias that led to a room which was given up leads to the adopted one") {
    hand_made_room room;
    room.aliases[own_alias] = "!old:s";
    room.processor.set_value("room_id", "!old:s");
    room.processor.set_value("avatar", "digest of the old one's picture");
    CHECK(room.adopt() == std::vector{power, join, unmark, mark});
    CHECK(room.processor.value("room_id") == "!hand:s");
    CHECK_FALSE(room.processor.value("avatar"));
    const auto& messages = room.processor.messages();
    CHECK(std::any_of(messages.begin(), messages.end(),
                      [](const auto& each) { return contains(each.second, "led to the room !old:s"); }));
}

TEST_CASE("an adopted room is brought into line as one that was made") {
    hand_made_room room;
    communication_matrix::communication_feature provider;
    provider.load_for_instance(room.processor);
    provider.adopt_chat_room("!hand:s");
    CHECK(provider.create_chat_room());
    CHECK(provider.update_chat_room());
    CHECK(room.name == "Physics");
    CHECK(provider.generate_room_url() == "https://matrix.to/#/!hand:s?via=s");
}
