#include "communication/accounts.hpp"
#include "communication/erasure.hpp"
#include "communication/fenced_database.hpp"
#include "communication/members.hpp"
#include "communication/room.hpp"
#include "directory/change_set.hpp"
#include "directory/user.hpp"
#include "lock_waits.hpp"
#include "service/room_values.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <functional>
#include <string>
#include <thread>

using namespace commhost;
using core_communication::room_role;

namespace {

/// Ada has left the class's room and is to be erased; eve is in it.
struct school : test::world {
    school() {
        enrol({{"ada", room_role::member}, {"eve", room_role::member}});
        reconcile();
        ada = directory::find_user(*database->borrow(), "ada").value().id;
        eve = directory::find_user(*database->borrow(), "eve").value().id;
        database->transact([&](store::connection& on) { communication::begin_erasure(on, ada, clock.now()); });
        reconcile();
    }

    void say_of_eve(store::connection& on, const std::string& why) {
        communication::record_reasons(
            on, room().id, std::array{communication::verdict{eve, {}, core_communication::failure::rejected, why}},
            clock.now());
    }

    /// A pass stores something of the class's room while another one begins, and asks then whether its task is its own. Returns
    /// how often it had to.
    int store_while(const std::function<void(store::connection&)>& pass,
                    std::function<void(store::connection&)> other) {
        std::atomic<bool> done = false;
        std::jthread erasing;
        int asked = 0;
        const communication::fenced_database fenced(*database, room().id, [&](store::connection& on) {
            ++asked;
            test::wait_for_nobody(on);
            on.execute("update task set error_text = error_text");
            return true;
        });
        fenced.transact([&](store::connection& on) {
            pass(on);
            if (!erasing.joinable())
                erasing = std::jthread([&, other] {
                    database->transact(other);
                    done = true;
                });
            test::until_waited_for(on, done);
        });
        erasing.join();
        return asked;
    }

    core_communication::user_id ada{}, eve{};
};

}  // namespace

TEST_CASE("an import waits for no pass that makes somebody a member, and that pass waits for it") {
    test::world world;
    if (world.database->dialect() == store::dialect::sqlite) return;  // One writer at a time: there is no such moment.
    world.rules.unlisted = communication::unlisted_policy::adopt;
    world.enrol({{"ada", room_role::member}}, "physics");
    world.enrol({{"bob", room_role::member}}, "history", "History");
    world.reconcile("physics");
    world.reconcile("history");
    world.server_room("physics").members["@bob"] = room_role::member;
    std::atomic<bool> done = false;
    std::jthread pass;
    {
        const auto on = world.database->borrow();
        store::transaction import(*on);
        directory::lock_revision(*on);
        pass = std::jthread([&] {
            world.reconcile("physics");
            done = true;
        });
        test::until_waited_for(*on, done);
        CHECK_FALSE(done);
        test::wait_for_nobody(*on);
        directory::change_set changes;
        changes.source = "test";
        changes.instances.updated.push_back({test::world::class_key("physics"), std::nullopt, "Physics II", "",
                                             directory::instance_status::active, std::nullopt, std::nullopt});
        const auto touched = directory::apply(*on, changes, world.clock.now());
        communication::follow(*on, touched, "fake", task::lane::roster, world.clock.now());
        import.commit();
    }
    pass.join();
    world.reconcile("physics");
    CHECK(world.known("bob", "physics").synced);
    CHECK(world.on_server("physics").size() == 2);
}

TEST_CASE("who erases a person has no task that a pass asks for while it waits for what that pass stores") {
    school school;
    if (school.database->dialect() == store::dialect::sqlite) return;
    const auto on = school.database->borrow();
    on->execute("update task set error_text = 'about Name of ada, who is @ada'");
    SUBCASE("at the end") {
        school.database->transact([&](store::connection& within) {
            communication::forget_accounts(within, std::array{communication::account_of{school.ada, "fake", "@ada"}});
        });
        on->execute("update task set error_text = 'about Name of ada'");
        school.say_of_eve(*on, "as ada");
        CHECK(school.store_while(
                  [&](auto& within) { school.say_of_eve(within, "as ada"); },
                  [&](auto& within) { CHECK(communication::advance_erasures(within, school.clock.now()) == 1); }) == 1);
    }
    SUBCASE("when an account is forgotten") {
        const auto room = school.room().id;
        service::set_room_value(*on, room, "seen", "@ada");
        CHECK(school.store_while([&](auto& within) { service::set_room_value(within, room, "seen", "@ada @eve"); },
                                 [&](auto& within) {
                                     communication::forget_accounts(
                                         within, std::array{communication::account_of{school.ada, "fake", "@ada"}});
                                 }) == 1);
        CHECK(service::room_value(*on, room, "seen") == "*** @eve");
    }
    CHECK(on->scalar<std::int64_t>("select count(*) from task where error_text like '%@ada%'") == 0);
}
