#include "communication/accounts.hpp"
#include "communication/erasure.hpp"
#include "communication/mentions.hpp"
#include "communication/person_record.hpp"
#include "communication/room_audit.hpp"
#include "directory/erasure.hpp"
#include "directory/user.hpp"
#include "explained_connection.hpp"
#include "service/room_values.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

using namespace commhost;
using core_communication::room_role;

namespace {

/// A school that erases so many of its people, who are out of their room.
struct leavers : test::world {
    explicit leavers(int number) {
        std::map<std::string, room_role> all{{"stays", room_role::member}};
        for (int each = 0; each < number; ++each) all["p" + std::to_string(each)] = room_role::member;
        enrol(all);
        reconcile();
        on([&](store::connection& within) {
            for (int each = 0; each < number; ++each) {
                people.push_back(directory::find_user(within, "p" + std::to_string(each)).value());
                communication::begin_erasure(within, people.back().id, clock.now());
            }
        });
    }

    void on(const std::function<void(store::connection&)>& work) { database->transact(work); }

    /// How many statements that takes.
    std::int64_t cost_of(const std::function<void(store::connection&)>& work) {
        const auto connection = database->borrow();
        const auto before = connection->statements();
        work(*connection);
        return connection->statements() - before;
    }
    std::int64_t cost_of_a_look() {
        return cost_of([](store::connection& within) { communication::next_steps(within); });
    }
    std::size_t advance() {
        std::size_t finished = 0;
        on([&](store::connection& within) { finished = communication::advance_erasures(within, clock.now()); });
        return finished;
    }

    std::vector<directory::user> people;
};

}  // namespace

TEST_CASE("what erasures under way can go on with is asked once for all of them") {
    leavers few(2);
    leavers many(40);
    SUBCASE("while they are in their room") {
        for (auto* each : {&few, &many}) CHECK(communication::next_steps(*each->database->borrow()).empty());
    }
    SUBCASE("once they are out of it") {
        for (auto* each : {&few, &many}) {
            each->reconcile();
            const auto steps = communication::next_steps(*each->database->borrow());
            CHECK(steps.tasks.size() == each->people.size());
            CHECK(steps.ends.empty());
            CHECK(each->cost_of([&](store::connection& within) {
                communication::advance_erasures(within, each->clock.now());
            }) <= 16);  // two looks, before and behind the lock of the directory's revision
        }
    }
    SUBCASE("while their provider erases them") {
        for (auto* each : {&few, &many}) {
            each->reconcile();
            each->advance();
            CHECK(communication::next_steps(*each->database->borrow()).empty());
        }
    }
    CHECK(few.cost_of_a_look() == many.cost_of_a_look());
    CHECK(many.cost_of_a_look() <= 6);
}

TEST_CASE("of many who come to their end at once, all of the store is looked through once for their names") {
    leavers school(12);
    school.reconcile();
    school.on([&](store::connection& within) {
        within.execute("delete from communication_account where account <> '@stays'");
        communication::set_last_error(within, school.room().id, "@p1, Name of p1, Name of p11 and Name of stays");
        within.execute("update task set error_text = 'Name of p3 is not Name of p33'");
        for (const auto& each : school.people) {
            audit::subject about{audit::subject_kind::user};
            about.user = each.id;
            audit::record(within, {{"roster:test"}, about, "user_changed", {}, R"({"merged_into":"p2"})"}, 0);
        }
    });
    {
        const auto on = school.database->borrow();
        test::explained_connection explained(*on);
        CHECK(communication::advance_erasures(explained, school.clock.now()) == 12);
        CHECK(explained.reading("last_error is not null") == 2);  // the first time for which rooms are to be locked
        CHECK(explained.reading(R"("merged_into":")") == 1);
    }
    CHECK(school.room().last_error == "@p1, ***, *** and Name of stays");
    for (const auto& each : task::queue(*school.database, school.clock).list({}))
        if (each.error_text) CHECK(each.error_text == "*** is not Name of p33");
}

TEST_CASE("how many erasures come to their end, or are withdrawn, at once costs no statement") {
    const auto prepare = [](leavers& school) {
        school.reconcile();
        school.on([](store::connection& within) {
            within.execute("delete from communication_account where account <> '@stays'");
            // Of each, somebody says that they are that one.
            within.execute(
                "insert into directory_user (external_id, username, given_name, family_name, display_name, "
                "email, status, source, changed, merged_said, merged_into) select 'old-' || u.external_id, "
                "'', '', '', '', '', 0, 'test', 1, u.id, u.id from directory_user u join directory_erasure e "
                "on e.user_id = u.id");
        });
    };
    leavers few(100);
    leavers many(200);
    for (auto* each : {&few, &many}) prepare(*each);
    const auto costs = [&](const std::function<void(store::connection&, leavers&)>& work) {
        const auto cost = [&](leavers& school) {
            return school.cost_of([&](store::connection& within) { work(within, school); });
        };
        const auto of_few = cost(few);
        CHECK(cost(many) <= of_few);
    };
    const auto merged = "select count(*) from directory_user where merged_said is not null";
    SUBCASE("come to their end") {
        costs([](store::connection& within, leavers& school) {
            CHECK(communication::advance_erasures(within, school.clock.now()) == school.people.size());
        });
    }
    SUBCASE("came to their end before mergers were known") {
        for (auto* each : {&few, &many})
            each->on([](store::connection& within) { within.execute("update directory_erasure set done = asked"); });
        costs([](store::connection& within, leavers& school) {
            communication::mend_erasures(within, school.clock.now());
        });
    }
    SUBCASE("are withdrawn") {
        for (auto* each : {&few, &many})
            each->on([](store::connection& within) {
                within.execute("insert into directory_user_source (user_id, source) select user_id, 'test' from "
                               "directory_erasure");
                within.execute("update directory_user set merged_said = (select min(user_id) from directory_erasure) "
                               "where id <> (select min(user_id) from directory_erasure)");
                within.execute("delete from directory_user_source where user_id = (select min(user_id) from "
                               "directory_erasure)");
            });
        costs([](store::connection& within, leavers& school) {
            communication::advance_erasures(within, school.clock.now());
        });
        for (auto* each : {&few, &many})
            CHECK(each->database->borrow()->scalar<std::int64_t>("select count(*) from directory_erasure") == 1);
    }
    for (auto* each : {&few, &many}) CHECK(each->database->borrow()->scalar<std::int64_t>(merged) == 0);
}

TEST_CASE("of more than end in one transaction those come first who are asked for, and the next goes on") {
    test::world school;
    const auto on = school.database->borrow();
    std::map<std::string, room_role> all;
    for (std::size_t each = 0; each < communication::most_ends + 3; ++each)
        all["p" + std::to_string(each)] = room_role::member;
    school.enrol(all);
    on->execute("delete from communication_user");
    on->execute("insert into directory_erasure (user_id, asked) select id, 1 from directory_user");
    on->execute("delete from directory_user_source");
    const auto last = on->scalar<core_communication::user_id>("select max(id) from directory_user").value();
    const std::array first{last};
    const auto advance = [&] {
        return school.database->transact([&](store::connection& within) {
            return communication::advance_erasures(within, school.clock.now(), first);
        });
    };
    CHECK(advance() == communication::most_ends);
    CHECK(directory::find_erasure(*on, last)->done);
    CHECK(advance() == 3);
    CHECK(advance() == 0);
}

TEST_CASE("of many accounts that are forgotten at once, what providers keep is looked through once") {
    leavers school(12);
    school.reconcile();
    std::vector<communication::account_of> accounts;
    for (const auto& each : school.people) accounts.push_back({each.id, "fake", "@" + each.record.username});
    accounts.push_back({school.people.front().id, "other", "@p0"});
    const auto on = school.database->borrow();
    const auto room = school.room().id;
    service::set_room_value(*on, room, "begun", "@p1 @p11 @stays");
    {
        test::explained_connection explained(*on);
        communication::forget_accounts(explained, accounts);
        CHECK(explained.reading("from service_room_value") == 2);  // for each provider
        CHECK(explained.reading("from communication where provider") == 2);
    }
    CHECK(service::room_value(*on, room, "begun") == "*** *** @stays");
    CHECK(on->scalar<std::string>("select account from communication_account") == "@stays");
}

TEST_CASE("what is kept of one person is found by indexes") {
    leavers school(2);
    school.reconcile();
    const auto ada = school.people.front();
    const auto on = school.database->borrow();
    test::explained_connection explained(*on);
    SUBCASE("for an export") {
        const auto accounts = communication::accounts_with(explained, ada.id);
        REQUIRE(accounts.size() == 1);
        communication::audit_with(explained, ada, accounts);
        communication::mentions_of(explained, ada, accounts);
        communication::rooms_with(explained, ada.id);
    }
    SUBCASE("when an account is forgotten") {
        communication::forget_accounts(explained, std::array{communication::account_of{ada.id, "fake", "@p0"}});
    }
    SUBCASE("when the erasure goes on and ends") {
        communication::advance_erasures(explained, school.clock.now());
        for (const auto& each : school.people)
            communication::forget_accounts(
                explained, std::array{communication::account_of{each.id, "fake", "@" + each.record.username}});
        CHECK(communication::advance_erasures(explained, school.clock.now()) == 2);
    }
    SUBCASE("when what was left is listed") { communication::accounts_left(explained); }
    REQUIRE(explained.number() > 0);
    for (const std::string table : {"audit", "task", "communication_user", "communication_account",
                                    "communication_former_account", "directory_erasure", "directory_user"})
        CHECK(explained.reading_all_of(table) == "");
}
