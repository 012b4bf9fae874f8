#include "audit/audit.hpp"

#include "audit/migrations.hpp"
#include "store/migration.hpp"
#include "test_clock.hpp"
#include "test_database.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

using namespace commhost;
using audit::communication_id;
using audit::entry;
using audit::subject_kind;
using audit::user_id;

namespace {

struct audit_fixture {
    audit_fixture() { store::migrate(*database, audit::migrations()); }

    void record(const std::vector<entry>& entries, store::milliseconds_utc now = test::test_clock::start) {
        database->transact([&](store::connection& on) { audit::record(on, entries, now); });
    }

    std::vector<audit::recorded> list(const audit::filter& which = {}, std::int64_t most = 100) {
        return audit::list(*database->borrow(), which, most);
    }

    std::vector<std::string> actions(const audit::filter& which, std::int64_t most = 100) {
        std::vector<std::string> found;
        for (const auto& each : list(which, most)) found.push_back(each.what.action);
        return found;
    }

    test::test_database database;
};

using words = std::vector<std::string>;

entry removed_by_roster() {
    return {{"roster:default", "import", ""},
            {subject_kind::membership, 4, std::nullopt, user_id{7}, ""},
            "membership_removed",
            R"({"role":"student"})",
            std::nullopt};
}

entry put_into_room() {
    return {{"worker", "task 17", ""},
            {subject_kind::membership, 4, communication_id{2}, user_id{7}, ""},
            "put_into_room",
            std::nullopt,
            R"({"role":"member"})"};
}

}  // namespace

TEST_CASE("what is recorded is listed as it was, the newest first") {
    audit_fixture f;
    f.record({removed_by_roster(), put_into_room()});
    f.record({{{"admin:ada", "command", "asked by the school"},
               {subject_kind::setting, std::nullopt, std::nullopt, std::nullopt, "matrix/homeserver_url"},
               "setting_set",
               std::nullopt,
               R"({"value":"https://example.org"})"}},
             test::test_clock::start + 5);
    const auto found = f.list();
    REQUIRE(found.size() == 3);
    CHECK(found[0].at == test::test_clock::start + 5);
    CHECK(found[0].what.by.actor == "admin:ada");
    CHECK(found[0].what.by.cause == "command");
    CHECK(found[0].what.by.reason == "asked by the school");
    CHECK(found[0].what.about.kind == subject_kind::setting);
    CHECK(found[0].what.about.name == "matrix/homeserver_url");
    CHECK(!found[0].what.about.user);
    CHECK(found[0].what.after == R"({"value":"https://example.org"})");
    CHECK(found[1].what.action == "put_into_room");
    CHECK(found[1].what.about.room == communication_id{2});
    CHECK(found[2].what.action == "membership_removed");
    CHECK(found[2].what.about.instance == 4);
    CHECK(found[2].what.about.user == user_id{7});
    CHECK(found[2].what.before == R"({"role":"student"})");
    CHECK(!found[2].what.after);
    CHECK(found[2].at == test::test_clock::start);
}

TEST_CASE("what did not happen is not recorded") {
    audit_fixture f;
    CHECK_THROWS(f.database->transact([&](store::connection& on) {
        audit::record(on, removed_by_roster(), test::test_clock::start);
        on.execute("insert into no_such_table (id) values (1)");
    }));
    CHECK(f.list().empty());
}

TEST_CASE("rows are found by what they are about, by time and by action") {
    audit_fixture f;
    auto other_person = removed_by_roster();
    other_person.about.user = user_id{8};
    other_person.action = "membership_added";
    f.record({removed_by_roster(), other_person});
    f.record({put_into_room()}, test::test_clock::start + 10);

    CHECK(f.actions({.room = communication_id{2}}) == words{"put_into_room"});
    CHECK(f.actions({.instance = 4}) == words{"put_into_room", "membership_added", "membership_removed"});
    CHECK(f.actions({.room = communication_id{2}, .instance = 4}) ==
          words{"put_into_room", "membership_added", "membership_removed"});
    CHECK(f.actions({.room = communication_id{3}, .instance = 5}) == words{});
    CHECK(f.actions({.user = user_id{8}}) == words{"membership_added"});
    CHECK(f.actions({.instance = 4, .user = user_id{7}}) == words{"put_into_room", "membership_removed"});
    CHECK(f.actions({.since = test::test_clock::start + 10}) == words{"put_into_room"});
    CHECK(f.actions({.until = test::test_clock::start + 10}) == words{"membership_added", "membership_removed"});
    CHECK(f.actions({.action = "membership_added"}) == words{"membership_added"});
    CHECK(f.actions({}, 2) == words{"put_into_room", "membership_added"});
    CHECK(f.actions({.before = f.list({}, 2).back().id}) == words{"membership_removed"});
}

TEST_CASE("ten thousand rows are three statements, in the order in which they were given") {
    audit_fixture f;
    std::vector<entry> many(10'000, removed_by_roster());
    for (std::size_t index = 0; index < many.size(); ++index)
        many[index].about.user = user_id{static_cast<std::int64_t>(index + 1)};
    const auto statements = f.database->transact([&](store::connection& on) {
        const auto before = on.statements();
        audit::record(on, many, test::test_clock::start);
        return on.statements() - before;
    });
    CHECK(statements == 3);
    const auto newest = f.list({}, 2);
    CHECK(newest.at(0).what.about.user == user_id{10'000});
    CHECK(newest.at(1).what.about.user == user_id{9'999});
}

TEST_CASE("what is older than wanted is removed") {
    audit_fixture f;
    f.record({removed_by_roster()});
    f.record({put_into_room()}, test::test_clock::start + 1);
    CHECK(f.database->transact(
              [](store::connection& on) { return audit::remove_before(on, test::test_clock::start + 1); }) == 1);
    CHECK(f.actions({}) == words{"put_into_room"});
}

TEST_CASE("of an erased person it stays that something was done, and not what") {
    audit_fixture f;
    auto other_person = removed_by_roster();
    other_person.about.user = user_id{8};
    auto with_reason = removed_by_roster();
    with_reason.by.reason = "Ada Lovelace has left";
    f.record({other_person, with_reason});
    CHECK(f.database->transact([](store::connection& on) { return audit::anonymise(on, std::array{user_id{7}}); }) ==
          1);
    const auto found = f.list();
    CHECK(found.at(0).what.action == "membership_removed");
    CHECK(found.at(0).what.about.user == user_id{7});
    CHECK(!found.at(0).what.before);
    CHECK(found.at(0).what.by.reason.empty());
    CHECK(found.at(1).what.before == R"({"role":"student"})");
}

TEST_CASE("each kind of subject has its word") {
    using enum subject_kind;
    words all;
    for (const auto kind : {instance, user, membership, room, setting, plugin, task, roster})
        all.emplace_back(to_string(kind));
    CHECK(all == words{"instance", "user", "membership", "room", "setting", "plugin", "task", "roster"});
    CHECK(to_string(static_cast<subject_kind>(99)) == "?");
}

TEST_CASE_FIXTURE(audit_fixture, "what one row says before is taken out of it alone") {
    record({removed_by_roster(), removed_by_roster()});
    const auto newest = list()[0].id;
    audit::blank_before(*database->borrow(), newest);
    CHECK(!list()[0].what.before);
    CHECK(list()[1].what.before == R"({"role":"student"})");
}
