#include "communication/erasure.hpp"

#include "audit/audit.hpp"
#include "communication/room_audit.hpp"
#include "directory/erasure.hpp"
#include "directory/user.hpp"
#include "task/listing.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace commhost;
using core_communication::room_role;

namespace {

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
    bool asked_provider() { return task::is_there(*database->borrow(), communication::erase_task("fake", ada).key); }
    void forget_account() {
        database->transact([&](store::connection& on) { communication::forget_account(on, "fake", ada); });
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
    communication::forget_account(*on, "fake", school.ada);
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
