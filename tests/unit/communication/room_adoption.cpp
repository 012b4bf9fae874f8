#include "communication/room_adoption.hpp"

#include "communication/codes.hpp"
#include "communication/explanation_facts.hpp"
#include "communication/room_removal.hpp"
#include "communication/room_rules.hpp"
#include "directory/instance.hpp"
#include "message/error.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

using namespace commhost;
using core_communication::provider_error;
using core_communication::room_role;
using people = std::map<std::string, room_role>;

namespace {

/// The plugin, where people put another room with nobody in it in the place of one.
class upgraded_rooms final : public core_communication::room_chat_provider {
  public:
    explicit upgraded_rooms(test::fake_provider& provider) : provider_(provider) {}

    communication::provider_interfaces interfaces() {
        auto all = provider_.interfaces();
        all.rooms = this;
        return all;
    }

    bool create_chat_room() override {
        is_told_ = true;
        return provider_.create_chat_room();
    }
    bool update_chat_room() override { return is_told_ && provider_.update_chat_room(); }
    bool delete_chat_room() override { return provider_.delete_chat_room(); }
    std::optional<std::string> generate_room_url() override { return *provider_.generate_room_url() + "/upgraded"; }

  private:
    test::fake_provider& provider_;
    bool is_told_ = false;
};

/// Physics, for which no room was made yet, and a room on the server that teachers have made.
struct unmade_class : test::world {
    unmade_class() {
        rules.unlisted = communication::unlisted_policy::keep;
        enrol({{"ada", room_role::owner}, {"bob", room_role::member}});
        server.others_rooms["#physics"] = {
            {"Our physics", "", ""}, {{"@bob", room_role::member}, {"@guest", room_role::moderator}}, {}};
    }

    void ask(const std::string& address, const std::string& id = "physics") {
        database->transact(
            [&](store::connection& on) { communication::ask_adoption(on, room(id), address, clock.now()); });
    }

    bool drop() { return communication::drop_adoption(*database->borrow(), room(), clock.now()); }

    message::error refusal(const std::function<void()>& work) {
        try {
            work();
        } catch (const message::error& refused) {
            return refused;
        }
        throw std::logic_error("nothing was refused");
    }

    std::vector<std::string> recorded(const std::string& action) {
        std::vector<std::string> after;
        for (const auto& [text] : database->borrow()->query<std::optional<std::string>>(
                 "select stated_after from audit where action = :action order by id", {{"action", action}}))
            after.push_back(text.value_or(""));
        return after;
    }
};

}  // namespace

TEST_CASE("a room that others have made is adopted with who is in it, in the place of a new one") {
    unmade_class world;
    world.ask("#physics");
    CHECK(communication::is_to_adopt(world.room()));
    world.reconcile();
    CHECK(world.on_server() ==
          people{{"@ada", room_role::owner}, {"@bob", room_role::member}, {"@guest", room_role::moderator}});
    CHECK(world.server_room().properties.name == "Physics");
    CHECK(world.server.rooms.size() == 1);
    CHECK(world.server.taken_out.empty());
    const auto room = world.room();
    CHECK((room.created && room.adopted));
    CHECK(room.adopt_address == "#physics");
    CHECK(room.url);
    CHECK(world.known("bob").synced);
    CHECK(world.recorded("room_adopted") == std::vector<std::string>{R"({"address":"#physics"})"});
    CHECK(world.recorded("room_made").empty());
    const int writes = world.server.writes;
    world.reconcile();
    CHECK(world.server.writes == writes);
}

TEST_CASE("who was wanted until the room was adopted is not taken out of it") {
    unmade_class world;
    world.ask("#phisics");
    CHECK_THROWS_AS(world.reconcile(), provider_error);
    world.enrol({{"ada", room_role::owner}});
    CHECK_THROWS_AS(world.reconcile(), provider_error);
    world.ask("#physics");
    world.reconcile();
    world.reconcile();
    CHECK(world.on_server().contains("@bob"));
    CHECK(world.server.taken_out.empty());
}

TEST_CASE("who is in an adopted room without the roster leaves it where the rules say so") {
    unmade_class world;
    world.rules.unlisted = communication::unlisted_policy::remove;
    world.ask("#physics");
    world.reconcile();
    world.reconcile();
    CHECK(world.on_server() == people{{"@ada", room_role::owner}, {"@bob", room_role::member}});
}

TEST_CASE("an adoption that was done and whose end was lost is not done again") {
    unmade_class world;
    world.server.adoptions_left_unfinished = 1;
    world.ask("#physics");
    CHECK_THROWS_AS(world.reconcile(), provider_error);
    CHECK_FALSE(world.room().created);
    world.reconcile();
    CHECK(world.room().adopted);
    CHECK(world.server.rooms.size() == 1);
    CHECK(world.recorded("room_adopted").size() == 1);
}

TEST_CASE("a room that cannot be adopted is neither made nor forgotten; another address, or none, takes its place") {
    unmade_class world;
    world.ask("#phisics");
    for (int tries = 0; tries < 2; ++tries) CHECK_THROWS_AS(world.reconcile(), provider_error);
    communication::set_failed(*world.database->borrow(), world.room().id, "there is no room #phisics");
    CHECK(world.server.rooms.empty());
    SUBCASE("another address") {
        world.ask("#physics");
        CHECK(world.room().status == communication::room_status::pending);
        CHECK_FALSE(world.room().last_error);
        world.reconcile();
        CHECK(world.room().adopted);
    }
    SUBCASE("none") {
        CHECK(world.drop());
        CHECK(world.room().status == communication::room_status::pending);
        CHECK_FALSE(world.room().last_error);
        CHECK_FALSE(world.drop());
        world.reconcile();
        CHECK(world.server.others_rooms.contains("#physics"));
        CHECK(world.recorded("room_made").size() == 1);
        CHECK_FALSE(world.room().adopted);
    }
}

TEST_CASE("an instance whose room is on the server adopts none, and keeps the one that it adopted") {
    unmade_class world;
    SUBCASE("made") { world.reconcile(); }
    SUBCASE("adopted") {
        world.ask("#physics");
        world.reconcile();
        CHECK_FALSE(world.drop());
    }
    CHECK(world.refusal([&] { world.ask("#other"); }).code() == communication::ROOM_ADOPT_CREATED);
    CHECK(world.room().adopt_address != "#other");
}

TEST_CASE("an adoption that is asked for while the room is being made is told, and adopts nothing") {
    unmade_class world;
    // As if the plugin had made it just before.
    world.server.on_accounts = [&] { world.ask("#physics"); };
    world.reconcile();
    CHECK(communication::is_to_adopt(world.room()));
    CHECK(world.room().created);
    world.server.on_accounts = nullptr;
    world.reconcile();
    CHECK(world.server.others_rooms.contains("#physics"));
    CHECK(world.room().last_error ==
          message::error(communication::ROOM_ADOPT_CREATED,
                         {{"room", std::to_string(static_cast<std::int64_t>(world.room().id))}})
              .text());
    CHECK(world.drop());
    world.reconcile();
    CHECK_FALSE(world.room().last_error);
}

TEST_CASE("another address that is asked for while one is being adopted is told, too") {
    unmade_class world;
    world.ask("#physics");
    world.server.on_accounts = [&] { world.ask("#other"); };
    world.reconcile();
    CHECK(world.room().created);
    CHECK_FALSE(world.room().adopted);
    CHECK(world.room().adopt_address == "#other");
    CHECK(world.recorded("room_adopted") == std::vector<std::string>{R"({"address":"#physics"})"});
}

TEST_CASE("of two instances only one is to have a room") {
    unmade_class world;
    world.enrol({{"ada", room_role::owner}}, "music", "Music");
    world.ask("#physics");
    const auto refused = world.refusal([&] { world.ask("#physics", "music"); });
    CHECK(refused.code() == communication::ROOM_ADOPT_TAKEN);
    CHECK(refused.text().find("school/class/physics") != std::string::npos);
    world.reconcile();
    CHECK(world.refusal([&] { world.ask("#physics", "music"); }).code() == communication::ROOM_ADOPT_TAKEN);
    const auto link = world.room().url.value();
    CHECK(world.refusal([&] { world.ask(link, "music"); }).code() == communication::ROOM_ADOPT_TAKEN);
    world.ask("#music", "music");
    CHECK(communication::is_to_adopt(world.room("music")));
}

TEST_CASE("a provider that adopts no rooms makes none in their place") {
    unmade_class world;
    world.ask("#physics");
    test::fake_provider provider(world.server);
    auto interfaces = provider.interfaces();
    interfaces.adopt = nullptr;
    CHECK(world.refusal([&] { world.reconcile_with(interfaces); }).code() == communication::ROOM_ADOPT_UNABLE);
    CHECK(world.server.rooms.empty());
}

TEST_CASE("an adopted room that is lost on the server is made anew") {
    unmade_class world;
    world.ask("#physics");
    world.reconcile();
    world.server.rooms.clear();
    world.reconcile();
    CHECK(world.on_server() == people{{"@ada", room_role::owner}, {"@bob", room_role::member}});
    CHECK_FALSE(world.room().adopted);
    CHECK_FALSE(world.room().adopt_address);
    CHECK(world.recorded("room_made").size() == 1);
}

TEST_CASE("everybody is put into the room in an adopted one's place, which is the adopted one from then on") {
    unmade_class world;
    world.rules.left = communication::left_policy::respect;
    world.rules.unlisted = communication::unlisted_policy::adopt;
    world.enrol({{"cyd", room_role::member}}, "music", "Music");
    world.reconcile("music");
    world.ask("#physics");
    world.server.others_rooms["#physics"].members.emplace("@cyd", room_role::member);
    world.reconcile();
    world.reconcile();
    REQUIRE(world.known("cyd").synced);
    const auto members = world.on_server();

    world.server_room().members = {{"@guest", room_role::moderator}};
    test::fake_provider provider(world.server);
    upgraded_rooms upgraded(provider);
    world.reconcile_with(upgraded.interfaces());
    CHECK(world.on_server() == members);
    CHECK(world.room().adopted);
    CHECK(world.room().created);
    CHECK(world.recorded("room_replaced").size() == 1);
    CHECK(world.recorded("room_lost").empty());
    CHECK(world.recorded("room_made").size() == 1);  // that of music
    world.reconcile_with(upgraded.interfaces());
    CHECK(world.recorded("room_replaced").size() == 1);

    // Who leaves that one is treated as everywhere.
    world.server_room().members.erase("@bob");
    world.server_room().members.erase("@cyd");
    world.reconcile_with(upgraded.interfaces());
    CHECK_FALSE(world.on_server().contains("@bob"));
    CHECK_FALSE(world.on_server().contains("@cyd"));
}

TEST_CASE("who has left the old room by themselves is not put into the one in its place where that is respected") {
    unmade_class world;
    world.reconcile();
    world.server_room().members.erase("@bob");
    world.rules.left = communication::left_policy::respect;
    world.reconcile();
    REQUIRE_FALSE(world.on_server().contains("@bob"));
    bool comes_back = false;
    SUBCASE("respected") {}
    SUBCASE("put in again") {
        world.rules.left = communication::left_policy::add_again;
        comes_back = true;
    }
    world.server_room().members.clear();
    test::fake_provider provider(world.server);
    upgraded_rooms upgraded(provider);
    world.reconcile_with(upgraded.interfaces());
    CHECK(world.on_server().contains("@ada"));
    CHECK(world.on_server().contains("@bob") == comes_back);
}

TEST_CASE("who has followed a dormant room to the one in its place is taken out of that one") {
    unmade_class world;
    world.reconcile();
    communication::move_room(*world.database->borrow(), world.room().instance, directory::no_provider,
                             world.clock.now());
    REQUIRE_FALSE(world.room().active);
    test::fake_provider provider(world.server);
    upgraded_rooms upgraded(provider);
    world.reconcile_with(upgraded.interfaces());
    CHECK(world.server.taken_out == std::set<std::string>{"@ada", "@bob"});
    CHECK(world.recorded("room_made").size() == 1);
}

TEST_CASE("a room that is being deleted is not to be another one") {
    unmade_class world;
    world.ask_for_room();
    world.delete_class();
    const auto dormant = world.room();
    communication::begin_purge(*world.database->borrow(), dormant, world.clock.now());
    CHECK(world.refusal([&] { world.ask("#physics"); }).code() == communication::ROOM_DELETING);
}

TEST_CASE("who waits for a room that is to be adopted is told which") {
    unmade_class world;
    world.ask("#physics");
    task::queue queue(*world.database, world.clock);
    const auto ada = directory::find_user(*world.database->borrow(), "ada").value();
    const auto facts = [&] {
        return communication::facts_about(*world.database->borrow(), queue, world.room(), ada, world.rules,
                                          world.clock.now());
    };
    CHECK(facts().adopt_address == "#physics");
    world.reconcile();
    CHECK(facts().adopt_address.empty());
}

TEST_CASE("an address is one word of text") {
    for (const auto* good : {"#physics:example.org", "!abc", "https://matrix.to/#/%23physics%3Aexample.org", "ü"})
        CHECK(communication::is_room_address(good));
    for (const auto* bad : {"", "two words", "a\nb", "a\x7F", "\xFF"}) CHECK_FALSE(communication::is_room_address(bad));
    CHECK(communication::is_room_address(std::string(1000, 'a')));
    CHECK_FALSE(communication::is_room_address(std::string(1001, 'a')));
}
