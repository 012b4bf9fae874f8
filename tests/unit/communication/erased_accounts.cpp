#include "audit/audit.hpp"
#include "communication/accounts.hpp"
#include "communication/erasure.hpp"
#include "communication/person_record.hpp"
#include "communication/room_audit.hpp"
#include "directory/erasure.hpp"
#include "directory/user.hpp"
#include "erased_school.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

using namespace commhost;
using core_communication::account_origin;
using test::forget;
using test::school;
using words = std::vector<std::string>;

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
