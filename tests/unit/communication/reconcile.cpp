#include "communication/reconcile.hpp"

#include "world.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <future>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

using namespace commhost;
using core_communication::room_role;
using people = std::map<std::string, room_role>;

namespace {

const people with_at(const people& members) {
    people accounts;
    for (const auto& [username, role] : members) accounts["@" + username] = role;
    return accounts;
}

/// A class too large for one batch.
people a_hundred_and_thirty() {
    people many;
    for (int number = 1000; number < 1130; ++number) many["u" + std::to_string(number)] = room_role::member;
    return many;
}

}  // namespace

TEST_CASE("a new class gets its room, accounts, members and roles") {
    test::world world;
    const people wanted{{"ada", room_role::moderator}, {"bob", room_role::member}};
    world.enrol(wanted);
    const auto result = world.reconcile();
    CHECK(world.on_server() == with_at(wanted));
    CHECK(result.accounts_made == 2);
    CHECK(result.added == 2);
    CHECK(result.waiting == 0);
    CHECK(world.room().status == communication::room_status::ready);
    CHECK(world.room().url.has_value());
    CHECK(world.server_room().properties.name == "Physics");
    CHECK(world.server.writes == 5);  // two accounts, the room, two members
}

TEST_CASE("a second pass reads once and writes nothing") {
    test::world world;
    world.enrol({{"ada", room_role::moderator}, {"bob", room_role::member}});
    world.reconcile();
    world.server.writes = 0;
    world.server.reads = 0;
    world.reconcile();
    CHECK(world.server.writes == 0);
    CHECK(world.server.reads == 1);
}

TEST_CASE("changes cost what they change") {
    test::world world;
    world.enrol({{"ada", room_role::moderator}, {"bob", room_role::member}, {"cleo", room_role::member}});
    world.reconcile();
    world.server.writes = 0;
    const people wanted{{"ada", room_role::moderator}, {"cleo", room_role::moderator}, {"dan", room_role::member}};
    world.enrol(wanted);
    const auto result = world.reconcile();
    CHECK(world.on_server() == with_at(wanted));
    CHECK(result.added == 1);
    CHECK(result.removed == 1);
    CHECK(result.roles_changed == 1);
    CHECK(world.server.writes == 4);  // an account, a member in, one out, a role
}

TEST_CASE("a class that is renamed keeps its room") {
    test::world world;
    world.enrol({{"ada", room_role::member}});
    world.reconcile();
    world.enrol({{"ada", room_role::member}}, "physics", "Physics II");
    world.reconcile();
    CHECK(world.server.rooms.size() == 1);
    CHECK(world.server_room().properties.name == "Physics II");
}

TEST_CASE("a class without members has a room all the same") {
    test::world world;
    world.enrol({});
    world.reconcile();
    CHECK(world.server.rooms.size() == 1);
    CHECK(world.room().status == communication::room_status::ready);
}

TEST_CASE("rooms that are done at the same time make each account once") {
    test::world world;
    const auto wanted = a_hundred_and_thirty();
    world.enrol(wanted, "physics");
    world.enrol(wanted, "history");
    communication::reconciler shared(*world.database, world.clock, world.rules);

    // The second pass begins while the first is about to make accounts, and the first goes on when the second has looked
    // who has none: that is when it first asks whether to stop.
    std::promise<void> second_has_looked;
    std::once_flag looked;
    std::thread second;
    const auto first = std::this_thread::get_id();
    world.nothing.on_requested = [&] {
        if (std::this_thread::get_id() != first) std::call_once(looked, [&] { second_has_looked.set_value(); });
    };
    world.server.on_first_accounts = [&] {
        second = std::thread([&] { world.reconcile_by(shared, "history"); });
        second_has_looked.get_future().wait();
    };
    world.reconcile_by(shared, "physics");
    second.join();
    CHECK(world.on_server("physics").size() == 130);
    CHECK(world.on_server("history").size() == 130);
    CHECK(world.server.account_writes.load() == 130);
}

TEST_CASE("of several rooms that wait for the same person each tries in its turn, and knows the reason") {
    test::world world;
    world.server.refused_usernames = {"bad"};
    // So many that, when the first room gives the person back, some look again before one of them has begun to try.
    std::vector<std::string> rooms;
    for (int number = 10; number < 34; ++number) rooms.push_back("class" + std::to_string(number));
    for (const auto& each : rooms) world.enrol({{"bad", room_role::member}}, each);
    communication::reconciler shared(*world.database, world.clock, world.rules);

    std::mutex mutex;
    std::condition_variable changed;
    std::set<std::thread::id> waiting;  // They ask whether to stop.
    world.nothing.on_requested = [&] {
        const std::scoped_lock locked(mutex);
        waiting.insert(std::this_thread::get_id());
        changed.notify_all();
    };
    std::vector<std::thread> others;
    std::atomic<int> calls = 0;
    world.server.on_accounts = [&] {
        if (++calls > 1) return;
        for (std::size_t other = 1; other < rooms.size(); ++other)
            others.emplace_back([&, other] { world.reconcile_by(shared, rooms[other]); });
        std::unique_lock locked(mutex);
        changed.wait(locked, [&] {
            return std::all_of(others.begin(), others.end(),
                               [&](auto& each) { return waiting.contains(each.get_id()); });
        });
    };
    world.reconcile_by(shared, rooms[0]);
    for (auto& each : others) each.join();
    CHECK(calls == 24);
    for (const auto& each : rooms) {
        CAPTURE(each);
        REQUIRE(world.waiting(each).size() == 1);
        CHECK(world.waiting(each).front().reason == "not a valid id");
    }
}

TEST_CASE("whatever write the server dies at, the next pass ends as if nothing had happened") {
    const auto wanted = a_hundred_and_thirty();
    for (const int writes : {0, 1, 49, 50, 51, 129, 130, 131, 150, 200, 260}) {
        CAPTURE(writes);
        test::world world;
        world.enrol(wanted);
        world.server.writes_left = writes;
        CHECK_THROWS_AS(world.reconcile(), core_communication::provider_error);
        world.server.writes_left = -1;
        world.reconcile();
        CHECK(world.on_server() == with_at(wanted));
        CHECK(world.server.rooms.size() == 1);
        CHECK(world.waiting().empty());
        // What was done once is not done twice, but for the accounts and members of the batch that was cut off.
        CHECK(world.server.writes <= 261 + 50);
    }
}

TEST_CASE("a stop between batches keeps what was done and throws") {
    test::world world;
    world.enrol(a_hundred_and_thirty());
    // It is asked for before each batch.
    int asked = 0;
    world.nothing.on_requested = [&] { world.nothing.stop = ++asked == 3; };
    CHECK_THROWS_AS(world.reconcile(), core_communication::task_cancelled);
    CHECK(world.server.accounts.size() == 100);
    CHECK(world.server.rooms.empty());
    world.nothing.on_requested = nullptr;
    world.nothing.stop = false;
    CHECK(world.reconcile().accounts_made == 30);
    CHECK(world.server.account_writes.load() == 130);
    CHECK(world.on_server().size() == 130);
}

TEST_CASE("a room that was deleted on the server is made again with everybody in it") {
    test::world world;
    world.enrol({{"ada", room_role::moderator}});
    world.reconcile();
    world.server.rooms.clear();
    world.reconcile();
    CHECK(world.on_server() == people{{"@ada", room_role::moderator}});
}

TEST_CASE("drift is repaired: who was kicked is back, who was added by hand is out, roles are as wanted") {
    test::world world;
    const people wanted{{"ada", room_role::moderator}, {"bob", room_role::member}, {"cleo", room_role::member}};
    world.enrol(wanted);
    world.reconcile();
    auto& members = world.server_room().members;
    members.erase("@bob");
    members["@cleo"] = room_role::owner;
    members["@stranger"] = room_role::member;
    world.reconcile();
    CHECK(world.on_server() == with_at(wanted));
}

TEST_CASE("from an incomplete read nobody is added twice and strangers are still seen") {
    test::world world;
    world.enrol({{"ada", room_role::member}});
    world.reconcile();
    world.server.read_is_complete = false;
    world.server_room().members = {{"@stranger", room_role::member}};
    world.server.writes = 0;
    const auto result = world.reconcile();
    CHECK(result.added == 0);
    CHECK(result.removed == 1);
    CHECK(world.server.writes == 1);
    CHECK(world.on_server().empty());
}

TEST_CASE("a room that takes its time is asked for again, with nobody put into it") {
    test::world world;
    world.server.room_takes_time = true;
    world.enrol({{"ada", room_role::member}});
    CHECK_FALSE(world.reconcile().room_ready);
    CHECK_FALSE(world.room().created);
    world.server.room_takes_time = false;
    CHECK(world.reconcile().room_ready);
    CHECK(world.on_server().size() == 1);
}

TEST_CASE("the room of a deleted class is emptied and kept") {
    test::world world;
    world.enrol({{"ada", room_role::moderator}, {"bob", room_role::member}});
    world.reconcile();
    world.delete_class();
    world.reconcile();
    CHECK(world.server.rooms.size() == 1);
    CHECK(world.on_server().empty());
    CHECK_FALSE(world.room().active);
}

TEST_CASE("the room of a hidden class is emptied, and filled again when the class is back") {
    test::world world;
    world.enrol({{"ada", room_role::moderator}});
    world.reconcile();
    world.hide_class();
    world.reconcile();
    CHECK(world.on_server().empty());
    CHECK_FALSE(world.room().active);
    world.enrol({{"ada", room_role::moderator}});
    world.reconcile();
    CHECK(world.on_server().size() == 1);
    CHECK(world.server.rooms.size() == 1);
}

TEST_CASE("a provider without members has rooms and nobody waits") {
    test::world world;
    world.enrol({{"ada", room_role::member}});
    test::fake_provider provider(world.server);
    CHECK(world.reconcile_with({&provider, nullptr, &provider, nullptr, nullptr}).waiting == 0);
    CHECK(world.room().status == communication::room_status::ready);
    CHECK(world.room().url.has_value());
    world.enrol({});
    CHECK(world.reconcile_with({&provider, nullptr, &provider, nullptr, nullptr}).waiting == 0);
    CHECK(world.waiting().empty());
}

TEST_CASE("a class that is gone before its room was made leaves nobody waiting") {
    test::world world;
    world.enrol({{"ada", room_role::member}});
    world.server.writes_left = 1;
    CHECK_THROWS_AS(world.reconcile(), core_communication::provider_error);
    world.server.writes_left = -1;
    world.delete_class();
    CHECK(world.reconcile().waiting == 0);
    CHECK(world.room().status == communication::room_status::ready);
    CHECK(world.server.rooms.empty());
}

TEST_CASE("a pass whose task was given to somebody else sends nothing more") {
    test::world world;
    world.enrol({{"ada", room_role::member}});
    world.still_mine = false;
    CHECK_THROWS_AS(world.reconcile(), core_communication::task_cancelled);
    CHECK(world.server.writes == 0);
}

TEST_CASE("a server that refuses lists as a whole still gets everybody but the culprit") {
    test::world world;
    const auto wanted = a_hundred_and_thirty();
    world.server.refused_lists = {"@u1007"};
    world.enrol(wanted);
    CHECK(world.reconcile().waiting == 1);
    CHECK(world.on_server().size() == 129);
    REQUIRE(world.waiting().size() == 1);
    CHECK(world.waiting()[0].reason == "the list is refused");
    CHECK(world.server.calls <= 3 + 12);

    world.server.refused_lists.clear();
    CHECK(world.reconcile().waiting == 0);
    CHECK(world.on_server() == with_at(wanted));
}

TEST_CASE("a server that is away is not asked about halves") {
    test::world world;
    world.server.refused_lists = {"@u1007"};
    world.server.refused_as = core_communication::failure::unavailable;
    world.enrol(a_hundred_and_thirty());
    CHECK_THROWS_AS(world.reconcile(), core_communication::provider_error);
    CHECK(world.server.calls == 1);
}

TEST_CASE("who left by themselves is put back, or left in peace where the policy says so") {
    for (const auto policy : {communication::left_policy::add_again, communication::left_policy::respect}) {
        test::world world;
        world.rules.left = policy;
        world.enrol({{"ada", room_role::member}});
        world.reconcile();
        world.server_room().members.clear();
        world.server_room().others["@ada"] = core_communication::presence::left;
        CHECK(world.reconcile().waiting == 0);
        const bool again = policy == communication::left_policy::add_again;
        CHECK(world.on_server().size() == (again ? 1 : 0));
        CHECK(world.known("ada").presence ==
              (again ? std::nullopt : std::optional(core_communication::presence::left)));
    }
}

TEST_CASE("who was invited is not invited again") {
    test::world world;
    world.enrol({{"ada", room_role::member}});
    world.reconcile();
    world.server_room().members.clear();
    world.server_room().others["@ada"] = core_communication::presence::invited;
    world.server.writes = 0;
    CHECK(world.reconcile().waiting == 0);
    CHECK(world.server.writes == 0);
}
