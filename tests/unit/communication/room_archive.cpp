#include "communication/room_archive.hpp"

#include "communication/api.hpp"
#include "communication/codes.hpp"
#include "communication/room_hold.hpp"
#include "communication/room_removal.hpp"
#include "message/error.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <map>
#include <string>

using namespace commhost;
using communication::ended_policy;
using core_communication::room_role;
using people = std::map<std::string, room_role>;

namespace {

/// A provider that can close rooms.
struct closing_provider final : core_communication::room_archive_provider {
    bool is_closed = false;
    bool takes_time = false;

    bool archive_chat_room() override {
        if (takes_time) return false;
        is_closed = true;
        return true;
    }
    bool restore_chat_room() override {
        if (takes_time) return false;
        is_closed = false;
        return true;
    }
};

/// Physics, with ada and bob in its room on the server, and a rule for its end.
struct ended_class : test::world {
    explicit ended_class(ended_policy ended = ended_policy::archive) {
        rules.ended = ended;
        enrol({{"ada", room_role::owner}, {"bob", room_role::member}});
        reconcile();
    }

    std::optional<store::milliseconds_utc> archive_at() { return communication::archive_at(room(), instance(), rules); }

    bool begin_archive() { return communication::begin_archive(*database->borrow(), room(), clock.now()); }

    bool follow(core_communication::room_archive_provider* provider) { return follow(provider, room()); }

    /// As a pass that read the room at some earlier time.
    bool follow(core_communication::room_archive_provider* provider, const communication::room& of) {
        communication::room_processor processor({*database, of.id}, clock, communication::site_id(*database->borrow()),
                                                of, instance(), {}, nothing.services());
        return communication::follow_archive(of, provider, processor, clock);
    }

    std::size_t recorded(const std::string& action) {
        return database->borrow()
            ->query<std::int64_t>("select id from audit where action = :action", {{"action", action}})
            .size();
    }
};

}  // namespace

TEST_CASE("a room whose class has ended is archived after its time where that is the rule") {
    for (const auto ended : {ended_policy::archive, ended_policy::archive_empty}) {
        ended_class world(ended);
        CHECK_FALSE(world.archive_at());
        CHECK_FALSE(world.begin_archive());
        world.clock.advance(std::chrono::hours(1));
        world.delete_class();
        CHECK(world.archive_at() == world.clock.now() + 30LL * 24 * 3'600'000);
        CHECK(world.begin_archive());
        CHECK(world.room().archived_at == world.clock.now());
        CHECK_FALSE(world.archive_at());
        CHECK_FALSE(world.begin_archive());
    }
}

TEST_CASE("a room that is kept, purged, hidden, frozen or not on the server is never archived") {
    for (const auto ended : {ended_policy::keep, ended_policy::purge}) {
        ended_class world(ended);
        world.delete_class();
        CHECK_FALSE(world.archive_at());
    }
    ended_class hidden;
    hidden.hide_class();
    CHECK_FALSE(hidden.archive_at());
    ended_class frozen;
    frozen.delete_class();
    communication::freeze(*frozen.database->borrow(), frozen.room(), {1, "alice", ""});
    CHECK_FALSE(frozen.begin_archive());
    ended_class lost;
    lost.delete_class();
    communication::set_created(*lost.database->borrow(), lost.room().id, false);
    CHECK_FALSE(lost.archive_at());
    CHECK_FALSE(lost.begin_archive());
}

TEST_CASE("a class that was hidden before it was deleted has ended when it was deleted, and its room is looked at") {
    ended_class world;
    world.hide_class();
    world.reconcile();
    CHECK_FALSE(world.room().ended_at);
    CHECK(world.room().applied_generation == world.room().wanted_generation);
    world.clock.advance(std::chrono::hours(100 * 24));
    world.delete_class();
    const auto ended = world.clock.now();
    CHECK(world.room().applied_generation < world.room().wanted_generation);  // a task is queued
    CHECK(world.archive_at() == ended + 30LL * 24 * 3'600'000);
    world.reconcile();
    world.clock.advance(std::chrono::hours(1));
    communication::follow(*world.database->borrow(), std::array{world.instance().id}, "fake", task::lane::roster,
                          world.clock.now());
    CHECK(world.room().ended_at == ended);
    CHECK(world.room().applied_generation == world.room().wanted_generation);
    world.enrol({{"ada", room_role::owner}});
    CHECK_FALSE(world.room().ended_at);
}

TEST_CASE("a room that the class left for another provider's ends with the class") {
    ended_class world(ended_policy::purge);
    const auto left = world.room().id;
    communication::move_room(*world.database->borrow(), world.instance().id, "none", world.clock.now());
    world.clock.advance(std::chrono::hours(100 * 24));
    world.delete_class();
    const auto room = communication::find_room(*world.database->borrow(), left).value();
    CHECK(room.ended_at == world.clock.now());
    CHECK(communication::purge_at(room, world.instance(), world.rules) == world.clock.now() + 30LL * 24 * 3'600'000);
}

TEST_CASE("the people of a class that has ended stay in a room that is archived with them, and in no other") {
    const people both{{"@ada", room_role::owner}, {"@bob", room_role::member}};
    for (const auto& [ended, left] :
         {std::pair(ended_policy::archive, both), std::pair(ended_policy::archive_empty, people()),
          std::pair(ended_policy::keep, people()), std::pair(ended_policy::purge, people())}) {
        ended_class world(ended);
        world.delete_class();
        world.reconcile();
        CHECK(world.on_server() == left);
    }
    ended_class hidden;
    hidden.hide_class();
    hidden.reconcile();
    CHECK(hidden.on_server().empty());
}

TEST_CASE("who is in an archived room by hand stays, who leaves it is not brought back, and nobody becomes a member") {
    ended_class world;
    world.rules.unlisted = communication::unlisted_policy::remove;
    world.delete_class();
    world.server_room().members["@guest"] = room_role::member;
    world.server_room().members.erase("@bob");
    world.reconcile();
    world.reconcile();
    CHECK(world.on_server() == people{{"@ada", room_role::owner}, {"@guest", room_role::member}});
}

TEST_CASE("a pass that read the room before its class ended takes nobody out, and the next one keeps them as well") {
    ended_class world;
    const auto room = world.room();
    const auto instance = world.instance();
    world.delete_class();
    SUBCASE("the class was read before, too") { CHECK(world.reconcile_read(room, instance).overtaken); }
    SUBCASE("the class was read after it") { CHECK(world.reconcile_read(room, world.instance()).overtaken); }
    world.reconcile();
    CHECK(world.on_server() == people{{"@ada", room_role::owner}, {"@bob", room_role::member}});
}

TEST_CASE("a pass that read the room before its class came back brings nobody back who has left") {
    ended_class world;
    world.rules.left = communication::left_policy::respect;
    world.delete_class();
    world.reconcile();
    world.server_room().members.erase("@bob");
    world.reconcile();
    const auto room = world.room();
    const auto instance = world.instance();
    world.enrol({{"ada", room_role::owner}, {"bob", room_role::member}});
    SUBCASE("the class was read before, too") { CHECK(world.reconcile_read(room, instance).overtaken); }
    SUBCASE("the class was read after it") { CHECK(world.reconcile_read(room, world.instance()).overtaken); }
    world.reconcile();
    CHECK(world.on_server() == people{{"@ada", room_role::owner}});
}

TEST_CASE("who is erased or suspended does not stay in an archived room") {
    ended_class world;
    world.delete_class();
    world.database->borrow()->execute("update directory_user set status = 1 where external_id = 'bob'");
    world.reconcile();
    CHECK(world.on_server() == people{{"@ada", room_role::owner}});
    CHECK_THROWS(world.known("bob"));
}

TEST_CASE("an archived room has a name of its own until its class is back") {
    ended_class world;
    world.rules.archived_name = "[{year}] {name}";
    CHECK(communication::name_to_show(world.room(), world.instance(), world.rules) == "Physics");
    world.delete_class();
    CHECK(communication::name_to_show(world.room(), world.instance(), world.rules) == "Physics");
    auto archived = world.room();
    archived.archived_at = 1'782'000'000'000;  // in 2026
    CHECK(communication::name_to_show(archived, world.instance(), world.rules) == "[2026] Physics");
    auto long_named = world.instance();
    long_named.name = std::string(300, 'x');
    CHECK(communication::name_to_show(archived, long_named, world.rules) == "[2026] " + std::string(248, 'x'));
    archived.active = true;
    CHECK(communication::name_to_show(archived, world.instance(), world.rules) == "Physics");
}

TEST_CASE("a room is closed once it is archived, however long its server takes, and that is recorded once") {
    ended_class world;
    closing_provider provider;
    CHECK(world.follow(&provider));
    CHECK_FALSE(provider.is_closed);
    world.delete_class();
    world.begin_archive();
    provider.takes_time = true;
    CHECK_FALSE(world.follow(&provider));
    CHECK_FALSE(world.room().closed);
    CHECK(world.recorded("room_archived") == 0);
    provider.takes_time = false;
    CHECK(world.follow(&provider));
    CHECK(world.follow(&provider));
    CHECK(provider.is_closed);
    CHECK(world.room().closed);
    CHECK(world.recorded("room_archived") == 1);
}

TEST_CASE("a class that comes back finds its room again, open") {
    ended_class world;
    closing_provider provider;
    const auto before = world.room().id;
    world.delete_class();
    world.begin_archive();
    world.follow(&provider);
    world.enrol({{"ada", room_role::owner}});
    provider.takes_time = true;
    CHECK_FALSE(world.follow(&provider));
    CHECK(world.room().archived_at);
    provider.takes_time = false;
    CHECK(world.follow(&provider));
    CHECK_FALSE(provider.is_closed);
    CHECK(world.room().id == before);
    CHECK_FALSE(world.room().archived_at);
    CHECK_FALSE(world.room().closed);
    CHECK(world.recorded("room_opened") == 1);
}

TEST_CASE("a room of a provider that closes none is archived under its other name, and says what is missing") {
    ended_class world;
    world.delete_class();
    world.begin_archive();
    CHECK(world.follow(nullptr));
    CHECK(world.room().closed);
    CHECK(world.room().last_error.value_or("").starts_with(
        message::error(communication::ROOM_ARCHIVE_OPEN, {{"provider", "fake"}}).text().substr(0, 20)));
    CHECK(communication::ROOM_ARCHIVE_OPEN.id() == "ROOM_ARCHIVE_OPEN");
}

TEST_CASE("an archived room that is lost on its server is none any more") {
    ended_class world;
    closing_provider provider;
    world.delete_class();
    world.begin_archive();
    world.follow(&provider);
    communication::set_created(*world.database->borrow(), world.room().id, false);
    provider.takes_time = true;  // It is not asked.
    CHECK(world.follow(&provider));
    CHECK_FALSE(world.room().archived_at);
}

TEST_CASE("a room that was frozen, is to be deleted or is to be otherwise since the pass read it is not closed") {
    ended_class world;
    closing_provider provider;
    world.delete_class();
    world.begin_archive();
    const auto read = world.room();
    SUBCASE("frozen") { communication::freeze(*world.database->borrow(), read, {1, "alice", "exam"}); }
    SUBCASE("to be deleted") { CHECK(communication::begin_purge(*world.database->borrow(), read, world.clock.now())); }
    SUBCASE("back") { world.enrol({{"ada", room_role::owner}}); }
    SUBCASE("forgotten") { communication::forget_room(*world.database->borrow(), read); }
    CHECK(world.follow(&provider, read));
    CHECK_FALSE(provider.is_closed);
    CHECK(world.recorded("room_archived") == 0);
    CHECK(world.recorded("room_opened") == 0);
}

TEST_CASE("an archived room of a class that came back is not opened once it is frozen, or the class is gone again") {
    ended_class world;
    closing_provider provider;
    world.delete_class();
    world.begin_archive();
    world.follow(&provider);
    world.enrol({{"ada", room_role::owner}});
    const auto read = world.room();
    SUBCASE("frozen") { communication::freeze(*world.database->borrow(), read, {1, "alice", "exam"}); }
    SUBCASE("gone again") { world.delete_class(); }
    CHECK(world.follow(&provider, read));
    CHECK(provider.is_closed);
    CHECK(world.room().closed);
    CHECK(world.room().archived_at);
    CHECK(world.recorded("room_opened") == 0);
}
