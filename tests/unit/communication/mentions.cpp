#include "communication/mentions.hpp"

#include "audit/audit.hpp"
#include "communication/erasure.hpp"
#include "communication/person_record.hpp"
#include "communication/room_audit.hpp"
#include "communication/room_rules.hpp"
#include "directory/user.hpp"
#include "erased_school.hpp"
#include "lock_waits.hpp"
#include "service/room_values.hpp"
#include "service/site_values.hpp"
#include "task/listing.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

using namespace commhost;
using core_communication::room_role;
using test::forget;
using test::school;
using words = std::vector<std::string>;

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

TEST_CASE("of a text that is cut no half of a name is left, and whole names stay") {
    const communication::uncut_names names(words{"@ada", "Name of ada", "of Zoë", "12", "Zoë Ä"});
    const auto shortened = [&](std::string_view text, std::size_t at_most = 10) {
        return communication::shortened(
            text, [&]() -> const communication::uncut_names& { return names; }, at_most);
    };
    CHECK(shortened("of @ada\nx") == "of @ada x");
    CHECK(shortened("of 1 @ada!") == "of 1 @ada!");
    CHECK(shortened("of 123 @ada and more") == "of 123 ...");
    CHECK(shortened("of 12 @ada and more") == "of 12 @ada...");
    CHECK(shortened("of 12 Name of ada and more") == "of 12 ...");
    CHECK(shortened("name=%40ada", 7) == "name=...");
    // One that stands across the place before the other one.
    CHECK(shortened("xx of Zoë Ä ist", 10) == "xx ...");
    CHECK(shortened("äää Zoë Ä ist da", 6) == "äää ...");
    CHECK(communication::shortened(
              "ääää @ada",
              [&]() -> const communication::uncut_names& {
                  FAIL("it fits");
                  return names;
              },
              9) == "ääää @ada");
}

TEST_CASE("a text of any length is cut, whatever is in it") {
    words many;
    for (int number = 0; number < 10'000; ++number)
        many.push_back("@person." + std::to_string(number) + ":school.example");
    const communication::uncut_names names(many);
    std::string text(1 << 24, 'x');
    text.replace(495, 25, "@person.77:school.example");
    for (int again = 0; again < 1'000; ++again)
        REQUIRE(communication::shortened(
                    text, [&]() -> const communication::uncut_names& { return names; }, 500) ==
                std::string(495, 'x') + "...");
}

TEST_CASE("the names in a room are those of everybody who is or was in it, with their accounts there") {
    school school;
    school.enrol({{"bob", room_role::member}}, "chemistry");
    school.reconcile();
    school.database->borrow()->execute("insert into communication_former_account (provider, user_id, account, origin) "
                                       "values ('fake', :ada, '@ada.before', 1)",
                                       {{"ada", school.ada}});
    const auto names = communication::names_in(*school.database->borrow(), school.room().id);
    for (const auto* each : {"@ada", "Name of ada", "@eve", "Name of eve", "@ada.before"})
        CHECK(std::count(names.begin(), names.end(), each) == 1);
    CHECK(std::count(names.begin(), names.end(), "@bob") == 0);
}
