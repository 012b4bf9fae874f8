#include "matrix/room_state.hpp"

#include <core_communication/provider_error.hpp>

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>
#include <string>

using namespace communication_matrix;

namespace {

std::string fixture(const std::string& name) {
    std::ifstream file(std::string(COMMHOST_FIXTURES) + "/matrix/" + name);
    REQUIRE_MESSAGE(file, name);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

}  // namespace

TEST_CASE("a room's state is read from Synapse's answer") {
    const auto state = parse_room_state(fixture("state_v11.json"));
    CHECK(state.name == "Physics 10b");
    CHECK(state.topic == "Mondays \u2014 room 4");
    CHECK(state.version == "11");
    CHECK(state.levels.of("@commhost:commhost.test") == 100);
    CHECK(state.levels.of("@teacher:commhost.test") == 51);
    CHECK(state.levels.creators().empty());
    const std::map<std::string, membership, std::less<>> expected{{"@commhost:commhost.test", membership::join},
                                                                  {"@invited:commhost.test", membership::invite},
                                                                  {"@pupil:commhost.test", membership::join},
                                                                  {"@teacher:commhost.test", membership::join}};
    CHECK(state.members == expected);
    CHECK(state.has_joined("@pupil:commhost.test"));
    CHECK_FALSE(state.has_joined("@invited:commhost.test"));
}

TEST_CASE("from version 12 on creators have all power without being listed") {
    const auto state = parse_room_state(fixture("state_v12.json"));
    CHECK(state.version == "12");
    CHECK(state.levels.is_creator("@commhost:commhost.test"));
    CHECK(state.levels.is_creator("@spare:commhost.test"));
    CHECK_FALSE(state.levels.is_creator("@teacher:commhost.test"));
}

TEST_CASE("a room without power levels leaves all power with its creator") {
    const auto state = parse_room_state(
        R"([{"type":"m.room.create","state_key":"","sender":"@c:x","content":{"room_version":"11"}}])");
    CHECK(state.levels.of("@c:x") == 100);
    CHECK(state.levels.of("@d:x") == 0);
}

TEST_CASE("an answer that was cut off anywhere is refused") {
    const auto whole = fixture("state_v11.json");
    const auto end = whole.find_last_of(']');
    for (std::size_t length = 0; length <= end; ++length) {
        CAPTURE(length);
        CHECK_THROWS_AS(parse_room_state(std::string_view(whole).substr(0, length)),
                        core_communication::provider_error);
    }
}

TEST_CASE("an answer that is no room's state is refused") {
    for (const auto* answer : {"[]", "{}", "[1]", R"([{"type":"m.room.name","state_key":"","content":{"name":"x"}}])",
                               R"([{"content":{}}])", R"([{"type":"m.room.create","state_key":"","sender":"@c:x"}])",
                               R"([{"type":"m.room.create","state_key":"","sender":"@c:x","content":{}},
              {"type":"m.room.member","state_key":"@a:x","content":{}}])"}) {
        CAPTURE(answer);
        CHECK_THROWS_AS(parse_room_state(answer), core_communication::provider_error);
    }
}

TEST_CASE("only numbers from 12 on are versions in which creators have all power") {
    CHECK(creators_have_all_power("12"));
    CHECK(creators_have_all_power("13"));
    CHECK_FALSE(creators_have_all_power("11"));
    CHECK_FALSE(creators_have_all_power("org.example.12"));
    CHECK_FALSE(creators_have_all_power("12.1"));
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
namespace {

/// A number of /proc/self/status, in KiB.
long status_of_process(const std::string& name) {
    std::ifstream file("/proc/self/status");
    for (std::string line; std::getline(file, line);)
        if (line.starts_with(name + ":")) return std::stol(line.substr(name.size() + 1));
    FAIL("no " << name);
    return 0;
}

/// As Synapse writes it, about 600 bytes a member.
std::string state_of(int members) {
    std::string text = R"([{"type":"m.room.create","state_key":"","sender":"@commhost:commhost.test",)"
                       R"("content":{"room_version":"11"}})";
    for (int number = 0; number < members; ++number) {
        const auto account = "@user" + std::to_string(number) + ":commhost.test";
        const std::string event_id = "$JwDdHCz1uAzI2Um9DZtn2d_muYKuJLRpt9_VAAck1rg";
        text +=
            R"(,{"age":137,"content":{"displayname":"Person )" + std::to_string(number) +
            R"(","membership":"join"},"event_id":")" + event_id +
            R"(","origin_server_ts":1795366933876,"replaces_state":")" + event_id +
            R"(","room_id":"!UXsPYvtFOeyvfAZMRX:commhost.test","sender":")" + account + R"(","state_key":")" + account +
            R"(","type":"m.room.member","unsigned":{"age":137,"prev_content":{"membership":"invite"},"replaces_state":")" +
            event_id + R"("},"user_id":")" + account + R"("})";
    }
    return text + "]";
}

}  // namespace

TEST_CASE("the space that a room names is read, where it is its canonical one and was not taken back") {
    const auto parents = [](const std::string& content) {
        return parse_room_state(R"([{"type":"m.room.create","state_key":"","sender":"@c:s","content":{}},
            {"type":"m.space.parent","state_key":"!space:s","sender":"@c:s","content":)" +
                                content + "}]")
            .parents.size();
    };
    CHECK(parents(R"({"via":["s"],"canonical":true})") == 1);
    CHECK(parents(R"({"via":["s"],"canonical":false})") == 0);
    CHECK(parents(R"({"via":["s"]})") == 0);
    CHECK(parents(R"({"via":[],"canonical":true})") == 0);
    CHECK(parents("{}") == 0);
}

TEST_CASE("a room of 5,000 members takes little more memory than their names") {
    const auto answer = state_of(5000);
    std::ofstream("/proc/self/clear_refs") << "5";  // sets VmHWM back (proc(5))
    const auto before = status_of_process("VmRSS");
    const auto state = parse_room_state(answer);
    const auto most = status_of_process("VmHWM");
    CHECK(state.members.size() == 5000);
    MESSAGE("answer of ", answer.size() / 1024, " KiB, at most ", most - before, " KiB more while it is parsed");
    CHECK(most - before < 4 * 1024);
}
#endif

TEST_CASE("who is not in the room is told from the event that says so") {
    const auto member = [](const std::string& account, const std::string& sender, const std::string& how) {
        return R"(,{"type":"m.room.member","state_key":")" + account + R"(","sender":")" + sender +
               R"(","content":{"membership":")" + how + R"("}})";
    };
    const auto state = parse_room_state(
        R"([{"type":"m.room.create","state_key":"","sender":"@commhost:s","content":{"room_version":"11"}})" +
        member("@gone:s", "@gone:s", "leave") + member("@kicked:s", "@teacher:s", "leave") +
        member("@banned:s", "@teacher:s", "ban") + member("@asking:s", "@asking:s", "knock") +
        member("@there:s", "@there:s", "join") + "]");
    using core_communication::presence;
    CHECK(state.absent ==
          std::map<std::string, presence, std::less<>>{{"@banned:s", presence::banned}, {"@gone:s", presence::left}});
    CHECK(state.members.size() == 1);
}

TEST_CASE("a room that was never finished is told from one that somebody was in or that others made") {
    const std::string create = R"({"type":"m.room.create","state_key":"","sender":"@us:s","content":{}})";
    const std::string us = R"({"type":"m.room.member","state_key":"@us:s","sender":"@us:s","content":{"membership":")";
    CHECK(is_stillborn("[]", "@us:s"));
    CHECK(is_stillborn("[" + create + "]", "@us:s"));
    CHECK_FALSE(is_stillborn("[" + create + "]", "@others:s"));
    CHECK_FALSE(is_stillborn("[" + create + "," + us + "join\"}}]", "@us:s"));
    // It was finished, and everybody has left since.
    const std::string levels = R"({"type":"m.room.power_levels","state_key":"","sender":"@us:s","content":{}})";
    CHECK_FALSE(is_stillborn("[" + create + "," + us + "leave\"}}," + levels + "]", "@us:s"));
    CHECK_FALSE(is_stillborn("[1]", "@us:s"));
}
