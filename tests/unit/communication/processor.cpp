#include "communication/processor.hpp"

#include "communication/site_processor.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace commhost;
using core_communication::account_origin;
using core_communication::failure;
using core_communication::provider_error;
using core_communication::room_role;
using core_communication::user_id;

namespace {

/// One room's processor, as a task has it.
struct at_work {
    explicit at_work(
        test::world& world, const std::string& id = "physics",
        std::function<bool(store::connection&)> holds = [](store::connection&) { return true; })
        : room(world.room(id)), instance(directory::find_instance(*world.database->borrow(), room.instance).value()),
          reconciler(*world.database, world.clock, world.rules),
          processor({*world.database, room.id, std::move(holds)}, world.clock,
                    communication::site_id(*world.database->borrow()), room, instance,
                    reconciler.wanted(room, instance, world.clock.now()), world.nothing.services()) {}

    communication::room room;
    directory::instance instance;
    communication::reconciler reconciler;
    communication::room_processor processor;
};

user_id id_of(test::world& world, const std::string& username) {
    return directory::find_user(*world.database->borrow(), username).value().id;
}

}  // namespace

TEST_CASE("accounts are looked up backwards, in the order asked, with those of nobody empty") {
    test::world world;
    world.enrol({{"ada", room_role::member}, {"bob", room_role::member}, {"cleo", room_role::member}});
    world.server.refused_usernames = {"cleo"};
    world.reconcile();
    at_work at(world);
    const std::array<std::string, 5> accounts{"@bob", "@nobody", "@ada", "@bob", std::string("\xff", 1)};
    const std::vector<std::optional<user_id>> owners{id_of(world, "bob"), std::nullopt, id_of(world, "ada"),
                                                     id_of(world, "bob"), std::nullopt};
    CHECK(at.processor.users(accounts) == owners);
    CHECK(at.processor.users({}).empty());

    // One that was told and is not stored yet counts as well.
    at.processor.set_account(id_of(world, "cleo"), "@cleo", account_origin::made);
    CHECK(at.processor.users(std::array<std::string, 1>{"@cleo"})[0] == id_of(world, "cleo"));
}

TEST_CASE("an account that turns out to be another person's when it is stored is a failure, whatever the plugin said") {
    test::world world;
    world.enrol({{"ada", room_role::member}});
    world.reconcile();
    world.enrol({{"ada", room_role::member}, {"bob", room_role::member}});
    world.server.refused_usernames = {"bob"};
    world.reconcile();
    const std::array bob{id_of(world, "bob")};
    at_work at(world);
    at.processor.begin(communication::step::create_members, bob);
    // Nobody has asked whose it is, and it is not asked for each person anew.
    at.processor.set_account(bob[0], "@ada", account_origin::found);
    at.processor.mark_users_as_synced(bob);
    CHECK(at.processor.end() == 1);
    CHECK(at.processor.refused().contains(bob[0]));
    CHECK_FALSE(at.processor.accounts(bob)[0].has_value());
    REQUIRE(world.waiting().size() == 1);
    CHECK(world.waiting()[0].kind == "conflict");
    CHECK(at.processor.users(std::array<std::string, 1>{"@ada"})[0] == id_of(world, "ada"));
}

TEST_CASE("a verdict that comes after the account was stored does not hide that it is another person's") {
    test::world world;
    std::map<std::string, room_role> many{{"ada", room_role::member}};
    world.enrol(many);
    world.reconcile();
    for (int number = 100; number < 150; ++number) many["u" + std::to_string(number)] = room_role::member;
    many["zoe"] = room_role::member;
    world.enrol(many);
    at_work at(world);
    std::vector<user_id> users;
    for (int number = 100; number < 150; ++number) users.push_back(id_of(world, "u" + std::to_string(number)));
    const auto zoe = id_of(world, "zoe");
    users.push_back(zoe);
    world.database->transact(
        [&](store::connection& on) { communication::record_wanted(on, at.room.id, at.processor.wanted_members()); });
    at.processor.begin(communication::step::create_members, users);
    at.processor.set_account(zoe, "@ada", account_origin::found);
    users.pop_back();
    at.processor.mark_users_as_synced(users);  // a batch is stored
    at.processor.mark_users_as_synced(std::array{zoe});
    CHECK(at.processor.end() == 1);
    for (const auto& each : world.waiting())
        CHECK(each.kind == (each.user == zoe ? std::optional<std::string>("conflict") : std::nullopt));
}

TEST_CASE("an account that the host knows to be another person's is refused at once") {
    test::world world;
    world.enrol({{"ada", room_role::member}});
    world.reconcile();
    world.enrol({{"ada", room_role::member}, {"bob", room_role::member}});
    const std::array bob{id_of(world, "bob")};
    at_work at(world);
    at.processor.begin(communication::step::create_members, bob);
    at.processor.users(std::array<std::string, 1>{"@ada"});
    CHECK_THROWS_AS(at.processor.set_account(bob[0], "@ada", account_origin::found), provider_error);
    at.processor.set_account(id_of(world, "ada"), "@ada", account_origin::found);
    at.processor.set_account(bob[0], "@bob", account_origin::made);
    CHECK_THROWS_AS(at.processor.set_account(id_of(world, "ada"), "@bob", account_origin::made), provider_error);
}

TEST_CASE("what is kept for the site is seen from every room of the provider") {
    test::world world;
    world.enrol({}, "physics");
    world.enrol({}, "history");
    at_work physics(world, "physics");
    at_work history(world, "history");
    CHECK(physics.processor.site_value("account") == std::nullopt);
    physics.processor.set_site_value("account", "@bot");
    CHECK(history.processor.site_value("account") == "@bot");
    history.processor.set_site_value("account", "@other");
    CHECK(physics.processor.site_value("account") == "@other");
    CHECK(physics.processor.value("account") == std::nullopt);
    physics.processor.erase_site_value("account");
    physics.processor.erase_site_value("account");
    CHECK(history.processor.site_value("account") == std::nullopt);
}

TEST_CASE("a picture is read when it is asked for, and is the one that was stored") {
    test::world world;
    const auto picture = directory::make_picture(std::string("\x89PNG\r\n\x1a\n with \0 in it", 21)).value();
    world.enrol({});
    CHECK(at_work(world).processor.wanted_room().avatar_digest.empty());
    CHECK_FALSE(at_work(world).processor.avatar().has_value());
    world.show_picture(picture);
    at_work at(world);
    CHECK(at.processor.wanted_room().avatar_digest == picture.digest);
    const auto shown = at.processor.avatar();
    REQUIRE(shown.has_value());
    CHECK(shown->media_type == "image/png");
    CHECK(shown->bytes == picture.content.bytes);
}

TEST_CASE("a plugin sees the further fields of a person") {
    test::world world;
    world.enrol({{"ada", room_role::member}});
    directory::change_set changes;
    changes.source = "test";
    changes.users.updated.push_back({"ada", "ada", "", "", "Ada", "", {}, {{"phone", "+47 1"}}});
    world.database->transact([&](store::connection& on) { directory::apply(on, changes, world.clock.now()); });
    const std::array users{id_of(world, "ada"), user_id{-1}};
    const auto people = at_work(world).processor.people(users);
    CHECK(people.at(0).fields == directory::profile_fields{{"phone", "+47 1"}});
    CHECK(people.at(1).fields.empty());
}

TEST_CASE("where there is no room there is nothing to look up and nothing to keep") {
    test::no_services nothing;
    communication::site_processor site(nothing.services());
    CHECK(site.users(std::array<std::string, 2>{"@a", "@b"}) ==
          std::vector<std::optional<user_id>>{std::nullopt, std::nullopt});
    CHECK_FALSE(site.avatar().has_value());
    CHECK_FALSE(site.site_value("account").has_value());
    CHECK_THROWS_AS(site.set_site_value("account", "@bot"), std::logic_error);
    CHECK_THROWS_AS(site.erase_site_value("account"), std::logic_error);
    CHECK_THROWS_AS(site.set_account(user_id{1}, "@a", account_origin::made), std::logic_error);
}

TEST_CASE("whose room it is not any more stores nothing, whatever the plugin says") {
    test::world world;
    world.enrol({{"ada", room_role::member}});
    world.reconcile();
    const auto room = world.room("physics");
    const auto instance = directory::find_instance(*world.database->borrow(), room.instance).value();
    bool mine = true;
    int asked = 0;
    communication::room_processor processor({*world.database, room.id,
                                             [&](store::connection&) {
                                                 ++asked;
                                                 return mine;
                                             }},
                                            world.clock, communication::site_id(*world.database->borrow()), room,
                                            instance, {}, world.nothing.services());
    processor.set_value("topic", "before");
    processor.set_site_value("site", "before");
    CHECK(asked == 2);
    mine = false;
    using core_communication::task_cancelled;
    CHECK_THROWS_AS(processor.set_value("topic", "after"), task_cancelled);
    CHECK_THROWS_AS(processor.erase_value("topic"), task_cancelled);
    CHECK_THROWS_AS(processor.set_site_value("site", "after"), task_cancelled);
    CHECK_THROWS_AS(processor.erase_site_value("site"), task_cancelled);
    const std::array ada{id_of(world, "ada")};
    processor.begin(communication::step::put_into_room, ada);
    processor.mark_user_as_failed(ada[0], provider_error(failure::rejected, "no"));
    CHECK_THROWS_AS(processor.end(), task_cancelled);
    CHECK(world.waiting().empty());
    CHECK(processor.value("topic") == "before");
    CHECK(processor.site_value("site") == "before");
}

TEST_CASE("of a reason that is cut no half of a name is left, also of an account that is not stored yet") {
    test::world world;
    world.enrol({{"ada", room_role::member}, {"ben", room_role::member}, {"eve", room_role::member}});
    world.reconcile();
    at_work at(world);
    const auto at_the_cut = [](const std::string& name) {
        return provider_error(failure::rejected, std::string(497, 'x') + name + " is refused");
    };
    const std::array all{id_of(world, "ada"), id_of(world, "ben"), id_of(world, "eve")};
    at.processor.begin(communication::step::create_members, all);
    at.processor.set_account(all[0], "@first-made", core_communication::account_origin::made);
    at.processor.mark_user_as_failed(all[0], at_the_cut("@first-made"));
    // Now the names are known, and another one comes.
    at.processor.set_account(all[1], "@then-made", core_communication::account_origin::made);
    at.processor.mark_user_as_failed(all[1], at_the_cut("@then-made"));
    at.processor.mark_user_as_failed(all[2], at_the_cut("@eve"));
    at.processor.end();
    const auto waiting = world.waiting();
    REQUIRE(waiting.size() == 3);
    for (const auto& each : waiting) CHECK(each.reason == std::string(497, 'x') + "...");
}

TEST_CASE("that somebody was removed is on the disk before the pass goes on, and other progress waits for no disk") {
    test::world world;
    if (world.database->dialect() != store::dialect::sqlite) return;
    world.enrol({{"ada", room_role::member}});
    world.reconcile();
    std::vector<std::int64_t> synchronous;
    at_work at(world, "physics", [&](store::connection& on) {
        synchronous.push_back(on.scalar<std::int64_t>("pragma synchronous").value());
        return true;
    });
    const std::array ada{id_of(world, "ada")};
    for (const auto step : {communication::step::put_into_room, communication::step::remove_from_room}) {
        at.processor.begin(step, ada);
        at.processor.mark_users_as_synced(ada);
        CHECK(at.processor.end() == 0);
    }
    CHECK(synchronous == std::vector<std::int64_t>{1, 2});  // NORMAL, FULL
}
