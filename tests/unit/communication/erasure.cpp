#include "communication/erasure.hpp"

#include "audit/audit.hpp"
#include "communication/accounts.hpp"
#include "communication/mentions.hpp"
#include "communication/person_record.hpp"
#include "communication/room_audit.hpp"
#include "communication/room_rules.hpp"
#include "directory/erasure.hpp"
#include "directory/merging.hpp"
#include "directory/user.hpp"
#include "lock_waits.hpp"
#include "service/room_values.hpp"
#include "service/site_values.hpp"
#include "task/listing.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

using namespace commhost;
using core_communication::account_origin;
using core_communication::room_role;
using words = std::vector<std::string>;

namespace {

void forget(store::connection& on, core_communication::user_id person, const std::string& account) {
    communication::forget_accounts(on, std::array{communication::account_of{person, "fake", account}});
}

struct school : test::world {
    school() {
        enrol({{"ada", room_role::member}, {"eve", room_role::member}});
        reconcile();
        ada = directory::find_user(*database->borrow(), "ada").value().id;
    }

    std::size_t begin() {
        return database->transact(
            [&](store::connection& on) { return communication::begin_erasure(on, ada, clock.now()); });
    }
    std::size_t advance() {
        return database->transact(
            [&](store::connection& on) { return communication::advance_erasures(on, clock.now()); });
    }
    bool asked_provider() {
        const std::array keys{communication::erase_task("fake", ada).key};
        return !task::those_there(*database->borrow(), keys).empty();
    }
    void forget_account() {
        database->transact([&](store::connection& on) { forget(on, ada, "@ada"); });
    }

    /// Another account of ada's in the place of the one she has.
    void give(const std::string& account, account_origin origin = account_origin::made) {
        database->transact([&](store::connection& on) {
            communication::record_accounts(on, "fake", {{ada, {account, origin}}});
        });
    }
    std::vector<std::string> accounts() {
        std::vector<std::string> found;
        for (const auto& each : communication::accounts_with(*database->borrow(), ada))
            found.push_back(each.account + (each.made ? " made" : " found") + (each.former ? ", former" : ""));
        return found;
    }

    core_communication::user_id ada{};
};

}  // namespace

TEST_CASE("a person is erased once out of all rooms and erased by the provider, and not before") {
    school school;
    CHECK(school.begin() == 1);
    CHECK(school.advance() == 0);
    CHECK(!school.asked_provider());
    school.reconcile();
    CHECK(school.on_server() == std::map<std::string, room_role>{{"@eve", room_role::member}});
    CHECK(school.advance() == 0);
    CHECK(school.asked_provider());
    school.forget_account();
    CHECK(school.advance() == 1);
    const auto on = school.database->borrow();
    CHECK(directory::find_user(*on, school.ada).value().record.display_name.empty());
    CHECK(communication::accounts_with(*on, school.ada).empty());
    CHECK(directory::find_erasure(*on, school.ada)->done);
}

TEST_CASE("the audit keeps that a person was erased and nothing of them") {
    school school;
    school.begin();
    school.reconcile();
    school.forget_account();
    school.advance();
    const auto rows = audit::list(*school.database->borrow(), {.user = school.ada}, 100);
    REQUIRE(rows.size() > 2);
    CHECK(rows.front().what.action == "person_erased");
    for (const auto& each : rows) {
        CHECK(!each.what.before);
        CHECK(!each.what.after);
    }
}

TEST_CASE("a provider that is asked already is not asked once more") {
    school school;
    school.begin();
    school.reconcile();
    school.advance();
    const auto before = task::queue(*school.database, school.clock).list({}).size();
    school.advance();
    CHECK(task::queue(*school.database, school.clock).list({}).size() == before);
}

TEST_CASE("a task that failed is tried again when somebody asks for the erasure again, and by itself it is not") {
    school school;
    school.begin();
    school.reconcile();
    school.advance();
    const auto state = [&] {
        task::task_filter which;
        which.kind = communication::erase_kind;
        return task::queue(*school.database, school.clock).list(which).at(0).state;
    };
    school.database->borrow()->execute("update task set state = 3 where kind = 'erase'");
    school.advance();
    CHECK(state() == task::state::failed);
    school.begin();
    CHECK(state() == task::state::queued);
}

TEST_CASE("what rooms, tasks and others' reasons say of a person is blanked") {
    school school;
    school.begin();
    school.reconcile();
    {
        const auto on = school.database->borrow();
        communication::set_last_error(*on, school.room().id, "@ada does not answer, nor Name of ada");
        on->execute("update task set error_text = 'about @ada'");
        on->execute("update communication_user set error = 'taken by @ada' where deleted = 0");
    }
    school.forget_account();
    school.advance();
    const auto on = school.database->borrow();
    CHECK(school.room().last_error == "*** does not answer, nor ***");
    for (const auto& each : task::queue(*school.database, school.clock).list({})) CHECK(each.error_text == "about ***");
    CHECK(school.waiting().at(0).reason == "taken by ***");
}

TEST_CASE("whose name only begins like that of somebody who is erased stays named") {
    school school;
    school.begin();
    school.reconcile();
    {
        const auto on = school.database->borrow();
        communication::set_last_error(
            *on, school.room().id,
            "PUT /users/%40ada/x and /users/%40adam/x: @adam is there, @ada is not. Name of adam, not Name of ada.");
        on->execute("update task set error_text = '@adam and @ada'");
        on->execute("update communication_user set error = 'taken by @adam' where deleted = 0");
    }
    school.forget_account();
    school.advance();
    CHECK(school.room().last_error ==
          "PUT /users/***/x and /users/%40adam/x: @adam is there, *** is not. Name of adam, not ***.");
    for (const auto& each : task::queue(*school.database, school.clock).list({}))
        CHECK(each.error_text == "@adam and ***");
    CHECK(school.waiting().at(0).reason == "taken by @adam");
}

TEST_CASE("what says nothing of a person but a part of another name is no mention") {
    school school;
    const auto on = school.database->borrow();
    communication::set_last_error(*on, school.room().id, "@adam, Name of adam and nevada");
    const auto person = directory::find_user(*on, school.ada).value();
    const auto accounts = communication::accounts_with(*on, school.ada);
    CHECK(communication::mentions_of(*on, person, accounts).empty());
    communication::set_last_error(*on, school.room().id, "@adam, @ada and Name of ada");
    CHECK(communication::mentions_of(*on, person, accounts).size() == 1);
}

TEST_CASE("an erase task names the person and the provider") {
    const auto made = communication::erase_task("matrix", core_communication::user_id{17});
    CHECK(made.queue == "matrix");
    CHECK(communication::person_of(made.payload) == core_communication::user_id{17});
    CHECK(!communication::person_of(R"({"room":17})"));
    CHECK(!communication::person_of("nonsense"));
}

TEST_CASE("the account's rows of the time when nobody knew whose it is say nothing of it any more, other people's do") {
    school school;
    const auto on = school.database->borrow();
    const auto stranger = [&](const std::string& provider, const std::string& account) {
        audit::subject about{audit::subject_kind::membership};
        about.name = provider;
        audit::record(*on, {{"worker"}, about, "taken_out_of_room", communication::account_json(account)}, 0);
    };
    stranger("fake", "@ada");
    stranger("fake", "@eve");
    stranger("other", "@ada");
    forget(*on, school.ada, "@ada");
    std::vector<std::string> left;
    for (const auto& each : audit::list(*on, {.action = "taken_out_of_room"}, 10))
        left.push_back(each.what.about.name + each.what.before.value_or(""));
    CHECK(left == std::vector<std::string>{R"(other{"account":"@ada"})", R"(fake{"account":"@eve"})", "fake"});
}

TEST_CASE(
    "an account that is left on its server is named in the audit after the erasure, for whoever erases it by hand") {
    school school;
    school.begin();
    school.reconcile();
    school.forget_account();
    const auto on = school.database->borrow();
    audit::subject about{audit::subject_kind::user};
    about.user = school.ada;
    about.name = "fake";
    audit::record(
        *on, {{"worker"}, about, std::string(communication::left_on_server), communication::account_json("@ada")}, 0);
    CHECK(communication::advance_erasures(*on, school.clock.now()) == 1);
    for (const auto& each : audit::list(*on, {.user = school.ada}, 100))
        CHECK(each.what.before.has_value() == (each.what.action == communication::left_on_server));
}

TEST_CASE("an account that another one replaces is kept, until it is the person's again or somebody else's") {
    school school;
    CHECK(school.accounts() == words{"@ada made"});
    school.give("@ada2", account_origin::found);
    CHECK(school.accounts() == words{"@ada2 found", "@ada made, former"});
    school.give("@ada");
    CHECK(school.accounts() == words{"@ada made", "@ada2 found, former"});
    const auto eve = directory::find_user(*school.database->borrow(), "eve").value().id;
    school.database->transact([&](store::connection& on) {
        CHECK(communication::record_accounts(on, "fake", {{eve, {"@ada2", account_origin::found}}}).empty());
        // Refused, so that nothing is replaced.
        CHECK(!communication::record_accounts(on, "fake", {{school.ada, {"@ada2", account_origin::found}}}).empty());
    });
    CHECK(school.accounts() == words{"@ada made"});
}

TEST_CASE("a person is erased once the former accounts are, too, and whose they are now keep theirs") {
    school school;
    school.begin();
    school.reconcile();
    school.give("@ada2");
    school.give("@other");
    school.give("@ada4");
    const auto eve = directory::find_user(*school.database->borrow(), "eve").value().id;
    school.database->transact([&](store::connection& on) {
        communication::record_accounts(on, "fake", {{eve, {"@other", account_origin::made}}});
    });
    CHECK(school.accounts() == words{"@ada4 made", "@ada made, former", "@ada2 made, former"});
    for (const std::string account : {"@ada4", "@ada"}) {
        CHECK(school.advance() == 0);
        CHECK(school.asked_provider());
        school.database->transact([&](store::connection& on) { forget(on, school.ada, account); });
    }
    CHECK(school.advance() == 0);
    {
        const auto on = school.database->borrow();
        communication::set_last_error(*on, school.room().id, "taken by @ada2, not @other");
        forget(*on, school.ada, "@ada2");
    }
    CHECK(school.advance() == 1);
    const auto on = school.database->borrow();
    CHECK(school.room().last_error == "taken by ***, not @other");
    CHECK(communication::accounts_of(*on, "fake", std::array{eve}).at(eve) == "@other");
    CHECK(on->scalar<std::int64_t>("select count(*) from communication_former_account where user_id = :ada",
                                   {{"ada", school.ada}}) == 0);
}

TEST_CASE("an account may go while its owner is erased and nobody else has it") {
    school school;
    school.give("@ada2");
    const auto may_go = [&](const std::string& account, const std::string& provider = "fake") {
        return communication::account_to_erase(*school.database->borrow(), provider, school.ada, account).has_value();
    };
    CHECK(!may_go("@ada2"));
    school.begin();
    CHECK(!may_go("@ada2"));
    school.reconcile();
    CHECK(may_go("@ada2"));
    CHECK(may_go("@ada"));
    CHECK(!may_go("@ada", "other"));
    CHECK(!may_go("@eve"));
    const auto eve = directory::find_user(*school.database->borrow(), "eve").value().id;
    school.database->transact([&](store::connection& on) {
        communication::record_accounts(on, "fake", {{eve, {"@ada", account_origin::found}}});
    });
    CHECK(!may_go("@ada"));
    CHECK(may_go("@ada2"));
    school.database->borrow()->execute("insert into directory_user_source (source, user_id) values ('later', :ada)",
                                       {{"ada", school.ada}});
    CHECK(!may_go("@ada2"));
}

TEST_CASE("what else of the store names a person is told, and names them no more once they are erased") {
    school school;
    const auto on = school.database->borrow();
    const auto room = school.room();
    const auto physics = directory::find_instance(*on, test::world::class_key("physics")).value().id;
    communication::set_last_error(*on, room.id, "@ada does not answer");
    on->execute("update communication_user set error = 'taken by @ada', attempts = 1 where user_id <> :ada",
                {{"ada", school.ada}});
    on->execute("update task set error_text = 'about Name of ada'");
    on->execute("insert into task_circuit (queue, outages, since, newest, reason) values ('fake', 1, 0, 0, 'no @ada')");
    communication::room_rules rules;
    rules.exempt = {"@ada", "@bot-*"};
    communication::change_rules(*on, physics, [&](communication::room_rules& own) { own = rules; });
    service::set_room_value(*on, room.id, "begun", "@ada\n@eve");
    service::set_site_value(*on, "fake", "seen", "@ada 17");
    audit::subject about{audit::subject_kind::room};
    about.room = room.id;
    audit::record(*on, {{"admin:root"}, about, "room_rules_changed", {}, R"({"exempt":["@ada","@bot-*"]})"}, 0);

    const auto record = directory::find_user(*on, school.ada).value().record;
    const auto accounts = communication::accounts_with(*on, school.ada);
    const auto names = communication::names_of(record, accounts);
    CHECK(names == words{"Name of ada", "@ada", "ada"});
    words mentioned;
    const directory::user person{school.ada, record};
    for (const auto& each : communication::mentions_of(*on, person, accounts))
        mentioned.push_back(std::string(to_string(each.in)) + ": " + each.text);
    std::sort(mentioned.begin(), mentioned.end());
    CHECK(mentioned == words{"member: taken by @ada", "queue: no @ada", "room: @ada does not answer", "room_rule: @ada",
                             "task: about Name of ada"});
    words kept;
    for (const auto& each : communication::values_with(*on, accounts))
        kept.push_back(each.provider + (each.room == room.id ? " room " : " site ") + each.key);
    CHECK(kept == words{"fake room begun", "fake site seen"});

    school.begin();
    school.reconcile();
    communication::set_last_error(*on, room.id, "@ada does not answer");
    school.forget_account();
    CHECK(school.advance() == 1);
    CHECK(communication::mentions_of(*on, person, accounts).empty());
    CHECK(communication::values_with(*on, accounts).empty());
    CHECK(communication::find_rules(*on, physics).exempt == words{"@bot-*"});
    CHECK(service::room_value(*on, room.id, "begun") == "***\n@eve");
    const auto rows = audit::list(*on, {.action = "room_rules_changed"}, 10);
    CHECK(rows.at(0).what.after == R"({"exempt":["***","@bot-*"]})");
}

TEST_CASE(
    "a name that an erasure takes out of a room's rules is not written back by who changes these at that moment") {
    school school;
    const auto physics = school.room().instance;
    school.database->transact([&](store::connection& on) {
        communication::change_rules(on, physics, [](auto& rules) { rules.exempt = {"@ada", "@eve"}; });
    });
    std::atomic<bool> done = false;
    std::jthread erasing;
    school.database->transact([&](store::connection& on) {
        communication::change_rules(on, physics, [&](auto& rules) {
            erasing = std::jthread([&] {
                school.forget_account();
                done = true;
            });
            test::until_waited_for(on, done);
            rules.left = communication::left_policy::respect;
        });
    });
    erasing.join();
    communication::room_rules rules;
    rules.exempt = {"@eve"};
    rules.left = communication::left_policy::respect;
    CHECK(communication::find_rules(*school.database->borrow(), physics) == rules);
}

TEST_CASE(
    "of a room's rules nothing but the name goes, also where a newer host has written what this one does not know") {
    school school;
    const auto physics = school.room().instance;
    const auto on = school.database->borrow();
    communication::change_rules(*on, physics, [](auto& rules) { rules.exempt = {"@ada", "@eve"}; });
    on->execute("update communication_rule set leavers = 'ask'");
    school.forget_account();
    CHECK(communication::find_rules(*on, physics).exempt == words{"@eve"});
    CHECK(on->scalar<std::string>("select leavers from communication_rule") == "ask");
}

TEST_CASE("rules of a course that has no room are told by the course") {
    school school;
    const auto on = school.database->borrow();
    directory::change_set changes;
    changes.source = "test";
    changes.instances.inserted.push_back({test::world::class_key("course"), std::nullopt, "Course", "",
                                          directory::instance_status::active, std::nullopt, std::nullopt});
    directory::apply(*on, changes, school.clock.now());
    const auto course = directory::find_instance(*on, test::world::class_key("course")).value().id;
    REQUIRE(communication::rooms_of(*on, course).empty());
    communication::room_rules rules;
    rules.exempt = {"@eve", "@ada"};
    communication::change_rules(*on, course, [&](communication::room_rules& own) { own = rules; });
    const auto person = directory::find_user(*on, school.ada).value();
    const auto mentioned = communication::mentions_of(*on, person, communication::accounts_with(*on, school.ada));
    REQUIRE(mentioned.size() == 1);
    CHECK(mentioned[0].in == communication::mention::place::room_rule);
    CHECK(mentioned[0].instance == course);
    CHECK(mentioned[0].text == "@ada");
}

TEST_CASE("what an admin says for a room while an account is taken out of its rules is not lost") {
    school school;
    const auto physics = school.room().instance;
    school.database->transact([&](store::connection& on) {
        communication::change_rules(on, physics, [](auto& rules) { rules.exempt = {"@ada", "@eve"}; });
    });
    std::atomic<bool> done = false;
    std::jthread changing;
    school.database->transact([&](store::connection& on) {
        forget(on, school.ada, "@ada");
        changing = std::jthread([&] {
            school.database->transact([&](store::connection& other) {
                communication::change_rules(other, physics, [](auto& rules) { rules.exempt.push_back("@bot-*"); });
            });
            done = true;
        });
        test::until_waited_for(on, done);
    });
    changing.join();
    CHECK(communication::find_rules(*school.database->borrow(), physics).exempt == words{"@eve", "@bot-*"});
}

TEST_CASE("who was merged into a person says no more into whom, once that one is erased") {
    school school;
    const auto on = school.database->borrow();
    const auto eve = directory::find_user(*on, "eve").value().id;
    audit::subject about{audit::subject_kind::user};
    about.user = eve;
    audit::record(*on, {{"roster:test"}, about, "user_changed", {}, R"({"merged_into":"ada","username":"ada"})"}, 0);
    school.begin();
    school.reconcile();
    school.forget_account();
    CHECK(school.advance() == 1);
    const auto rows = audit::list(*on, {.action = "user_changed"}, 10);
    CHECK(rows.at(0).what.after == R"({"merged_into":"***","username":"ada"})");
}

TEST_CASE("whoever was merged by hand into a person is in their rooms again, once that one is erased") {
    school school;
    const auto on = school.database->borrow();
    const auto eve = directory::find_user(*on, "eve").value();
    directory::merge_by_hand(*on, eve, directory::find_user(*on, school.ada).value(), school.clock.now());
    school.begin();
    school.reconcile();
    CHECK(school.on_server().empty());
    school.forget_account();
    CHECK(school.advance() == 1);
    const auto room = school.room();
    CHECK(room.wanted_generation > room.applied_generation);
    school.reconcile();
    CHECK(school.on_server() == std::map<std::string, room_role>{{"@eve", room_role::member}});
}

TEST_CASE("whose erasure is withdrawn counts for themself, while whom they were merged into is still being erased") {
    school school;
    const auto on = school.database->borrow();
    const auto eve = directory::find_user(*on, "eve").value();
    directory::merge_by_hand(*on, eve, directory::find_user(*on, school.ada).value(), school.clock.now());
    school.begin();
    communication::begin_erasure(*on, eve.id, school.clock.now());
    school.reconcile();
    CHECK(school.on_server().empty());
    school.known_no_more("eve");
    school.enrol({{"eve", room_role::member}});
    school.reconcile();
    CHECK(school.on_server().empty());
    CHECK(school.advance() == 0);
    CHECK(directory::find_erasure(*on, school.ada));
    CHECK_FALSE(directory::find_erasure(*on, eve.id));
    school.reconcile();
    CHECK(school.on_server() == std::map<std::string, room_role>{{"@eve", room_role::member}});
}

TEST_CASE("an account that was left and is erased by hand is left no more, and who says so is recorded") {
    school school;
    const auto on = school.database->borrow();
    audit::subject about{audit::subject_kind::user};
    about.user = school.ada;
    about.name = "fake";
    const std::string action(communication::left_on_server);
    forget(*on, school.ada, "@ada");
    audit::record(*on, {{"worker"}, about, action, communication::account_json("@ada")}, 5);
    audit::record(*on, {{"worker"}, about, action, communication::account_json("@ada2")}, 6);
    const auto left = communication::accounts_left(*on);
    REQUIRE(left.size() == 2);
    CHECK(left[0].account == "@ada");
    CHECK(left[0].provider == "fake");
    CHECK(left[0].person == school.ada);
    CHECK(left[0].since == 5);
    communication::erased_by_hand(*on, left[0], {"admin:root", "command", "by Synapse's admin"}, 7);
    const auto still = communication::accounts_left(*on);
    REQUIRE(still.size() == 1);
    CHECK(still[0].account == "@ada2");
    const auto rows = audit::list(*on, {.user = school.ada}, 10);
    CHECK(rows.at(0).what.action == communication::erased_by_admin);
    CHECK(rows.at(0).what.by.actor == "admin:root");
    CHECK(rows.at(0).what.by.reason == "by Synapse's admin");
    CHECK(rows.at(0).what.about.name == "fake");
    CHECK(rows.at(0).at == 7);
}

namespace {

/// As a worker does that leaves the account "@eve" of somebody on its server.
void note_left(store::connection& on, core_communication::user_id person, const std::string& provider,
               store::milliseconds_utc at) {
    audit::subject about{audit::subject_kind::user};
    about.user = person;
    about.name = provider;
    audit::record(
        on, {{"worker"}, about, std::string(communication::left_on_server), communication::account_json("@eve")}, at);
}

}  // namespace

TEST_CASE("an account that was left and is somebody's again is not named as one to erase, while it is theirs") {
    school school;
    const auto on = school.database->borrow();
    note_left(*on, school.ada, "fake", 5);
    note_left(*on, school.ada, "other", 6);
    auto left = communication::accounts_left(*on);
    REQUIRE(left.size() == 1);
    CHECK(left[0].provider == "other");
    on->execute("delete from communication_account where account = '@eve'");
    CHECK(communication::accounts_left(*on).size() == 2);
}

TEST_CASE("an account that was left is named no more once it was erased with somebody else") {
    school school;
    const auto on = school.database->borrow();
    note_left(*on, school.ada, "fake", 5);
    forget(*on, directory::find_user(*on, "eve").value().id, "@eve");
    CHECK(communication::accounts_left(*on).empty());
    CHECK(!audit::list(*on, {.action = std::string(communication::left_on_server)}, 10).at(0).what.before);
}

TEST_CASE(
    "of a provider that is taken out of the records the accounts of who is being erased are left, and no others") {
    school school;
    school.begin();
    school.give("@ada2");
    const auto on = school.database->borrow();
    communication::leave_accounts(*on, "other", {"admin:root"}, 7);
    CHECK(school.accounts() == words{"@ada2 made", "@ada made, former"});
    communication::leave_accounts(*on, "fake", {"admin:root"}, 7);
    CHECK(school.accounts().empty());
    words left;
    for (const auto& each : communication::accounts_left(*on)) {
        CHECK(each.person == school.ada);
        left.push_back(each.provider + " " + each.account);
    }
    CHECK(left == words{"fake @ada2", "fake @ada"});
}

TEST_CASE("of whom a source has named again no account is left when a provider is taken out of the records") {
    school school;
    school.begin();
    school.rename("ada", "Ada again");
    const auto on = school.database->borrow();
    REQUIRE(directory::find_erasure(*on, school.ada));
    communication::leave_accounts(*on, "fake", {"admin:root"}, 7);
    CHECK(communication::accounts_left(*on).empty());
    CHECK(school.accounts() == words{"@ada made"});
}

TEST_CASE("the audit of a person has the rows that name them and are about something else") {
    school school;
    const auto on = school.database->borrow();
    const auto eve = directory::find_user(*on, "eve").value().id;
    const auto record = [&](audit::subject_kind kind, std::optional<core_communication::user_id> user,
                            const std::string& provider, const std::string& action,
                            const std::optional<std::string>& before, const std::optional<std::string>& after) {
        audit::subject about{kind};
        about.user = user;
        about.name = provider;
        audit::record(*on, {{"worker"}, about, action, before, after}, 0);
    };
    using enum audit::subject_kind;
    const auto own = communication::audit_with(*on, directory::find_user(*on, school.ada).value(), {}).size();
    record(room, {}, "fake", "room_rules_changed", {}, R"({"exempt":["@ada"]})");
    record(instance, {}, "", "room_rules_changed", R"({"exempt":["@eve","@ada"]})", {});
    record(instance, {}, "", "room_rules_changed", R"({"exempt":["@eve"]})", {});
    record(membership, {}, "fake", "taken_out_of_room", R"({"account":"@ada"})", {});
    record(membership, {}, "fake", "taken_out_of_room", R"({"account":"@eve"})", {});
    record(user, eve, "", "user_merged", R"({"merged_into":null})", R"({"merged_into":"ada"})");
    record(user, eve, "", "user_changed", {}, R"({"username":"ada"})");
    record(user, school.ada, "", "user_changed", {}, R"({"merged_into":"ada"})");
    record(user, eve, "fake", "account_left_on_server", R"({"account":"@ada"})", {});
    const auto accounts = communication::accounts_with(*on, school.ada);
    const auto rows = communication::audit_with(*on, directory::find_user(*on, school.ada).value(), accounts);
    words actions;
    for (std::size_t at = 0; at + own < rows.size(); ++at) actions.push_back(rows[at].what.action);
    CHECK(actions == words{"account_left_on_server", "user_changed", "user_merged", "taken_out_of_room",
                           "room_rules_changed", "room_rules_changed"});
}

TEST_CASE("whoever was left merged into an erased person by an earlier commhost is a person again, and in the room") {
    school school;
    const auto on = school.database->borrow();
    const auto eve = directory::find_user(*on, "eve").value().id;
    school.begin();
    school.reconcile();
    school.forget_account();
    CHECK(school.advance() == 1);
    // As an erasure left it once.
    std::string column;
    SUBCASE("by a roster") { column = "merged_said"; }
    SUBCASE("by hand") { column = "merged_by_hand"; }
    on->execute("update directory_user set merged_into = :ada, " + column + " = :ada where id = :eve",
                {{"ada", school.ada}, {"eve", eve}});
    audit::subject about{audit::subject_kind::user};
    about.user = eve;
    audit::record(*on, {{"admin:root"}, about, "user_merged", R"({"merged_into":null})", R"({"merged_into":"ada"})"},
                  0);
    audit::record(*on, {{"admin:root"}, about, "user_merged", {}, R"({"merged_into":"eve"})"}, 0);
    school.enrol({{"eve", room_role::member}});
    school.reconcile();
    CHECK(school.on_server().empty());
    communication::mend_erasures(*on, school.clock.now());
    CHECK(on->scalar<std::int64_t>("select count(*) from directory_user where merged_into is not null "
                                   "or merged_by_hand is not null or merged_said is not null") == 0);
    const auto room = school.room();
    CHECK(room.wanted_generation > room.applied_generation);
    school.reconcile();
    CHECK(school.on_server() == std::map<std::string, room_role>{{"@eve", room_role::member}});
    const auto rows = audit::list(*on, {.user = eve, .action = "user_merged"}, 10);
    CHECK(rows.at(0).what.after == R"({"merged_into":"eve"})");
    CHECK(rows.at(1).what.after == R"({"merged_into":"***"})");

    const auto before = on->statements();
    const auto generation = school.room().wanted_generation;
    communication::mend_erasures(*on, school.clock.now());
    CHECK(on->statements() - before <= 4);
    CHECK(school.room().wanted_generation == generation);
}
