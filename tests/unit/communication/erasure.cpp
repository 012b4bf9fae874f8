#include "communication/erasure.hpp"

#include "audit/audit.hpp"
#include "communication/leavers.hpp"
#include "directory/erasure.hpp"
#include "directory/merging.hpp"
#include "directory/user.hpp"
#include "erased_school.hpp"
#include "task/listing.hpp"

#include <doctest/doctest.h>

#include <array>
#include <map>
#include <string>

using namespace commhost;
using core_communication::room_role;
using test::school;

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

TEST_CASE("an erase task names the person and the provider") {
    const auto made = communication::erase_task("matrix", core_communication::user_id{17});
    CHECK(made.queue == "matrix");
    CHECK(communication::person_of(made.payload) == core_communication::user_id{17});
    CHECK(!communication::person_of(R"({"room":17})"));
    CHECK(!communication::person_of("nonsense"));
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

TEST_CASE("whoever had been merged into an erased person is a person again, and has a closed account opened") {
    school school;
    const auto on = school.database->borrow();
    const auto eve = directory::find_user(*on, "eve").value();
    on->execute("update communication_account set origin = :made, standing = 'lock' where user_id = :eve",
                {{"made", core_communication::account_origin::made}, {"eve", eve.id}});
    directory::merge_by_hand(*on, eve, directory::find_user(*on, school.ada).value(), school.clock.now());
    const std::array key{communication::leavers_task("fake", task::lane::roster).key};
    school.begin();
    school.reconcile();
    school.forget_account();
    CHECK(task::those_there(*on, key).empty());
    CHECK(school.advance() == 1);
    CHECK_FALSE(task::those_there(*on, key).empty());
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
