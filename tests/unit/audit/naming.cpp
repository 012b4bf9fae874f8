#include "audit/naming.hpp"

#include "audit/migrations.hpp"
#include "explained_connection.hpp"
#include "store/migration.hpp"
#include "test_database.hpp"

#include <doctest/doctest.h>

#include <array>
#include <optional>
#include <set>
#include <string>
#include <vector>

using namespace commhost;
using audit::subject_kind;
using audit::user_id;
using words = std::vector<std::string>;

namespace {

/// An audit of one row of each kind that names somebody, and others that have the same words.
struct naming_fixture {
    naming_fixture() {
        store::migrate(*database, audit::migrations());
        record("room_rules_changed", {subject_kind::room}, R"({"unlisted":"@ada"})",
               R"({"unlisted":"keep","exempt":["@ada","@adam"]})");
        record("room_changed", {subject_kind::room}, R"({"exempt":["@ada"]})", {});
        record("user_changed", about(subject_kind::user, 7), R"({"username":"p1"})",
               R"({"merged_into":"p1","username":"p1"})");
        record("user_changed", about(subject_kind::user, 8), {}, R"({"fields.merged_into":"p1","username":"x"})");
        record("user_unmerged", about(subject_kind::user, 7), R"({"merged_into":"p2"})", R"({"merged_into":null})");
        record("taken_out_of_room", about(subject_kind::membership, {}, "fake"), ada, {});
        record("taken_out_of_room", about(subject_kind::membership, {}, "other"), ada, {});
        record("taken_out_of_room", about(subject_kind::membership, 9, "fake"), ada, {});
        record("account_left_on_server", about(subject_kind::user, 9, "fake"), ada, {});
        record("account_left_on_server", about(subject_kind::user, 9, "fake"), R"({"account":"@eve"})", {});
        record("account_left_on_server", about(subject_kind::user, 9, "fake"), {}, {});
    }

    static audit::subject about(subject_kind kind, std::optional<std::int64_t> user, const std::string& name = {}) {
        audit::subject made{kind};
        if (user) made.user = user_id{*user};
        made.name = name;
        return made;
    }

    void record(const std::string& action, const audit::subject& of, const std::optional<std::string>& before,
                const std::optional<std::string>& after) {
        audit::record(*database->borrow(), {{"worker"}, of, action, before, after}, 0);
    }

    /// All that rows say, the oldest first.
    words all() {
        words texts;
        for (const auto& each : audit::list(*database->borrow(), {}, 100))
            texts.insert(texts.begin(), each.what.before.value_or("-") + " " + each.what.after.value_or("-"));
        return texts;
    }

    /// Which of these rows are others now, with what they say.
    words changed_since(const words& before) {
        const auto after = all();
        words changed;
        for (std::size_t at = 0; at < before.size(); ++at)
            if (after.at(at) != before.at(at)) changed.push_back(after.at(at));
        return changed;
    }

    const std::string ada = R"({"account":"@ada"})";
    test::test_database database;
};

bool is_p1(const std::string& id) { return id == "p1"; }

}  // namespace

TEST_CASE_FIXTURE(naming_fixture, "rules that left an account alone are found by it, and name it no more") {
    const auto on = database->borrow();
    CHECK(audit::rules_exempting(*on, {"@ada", "keep"}).size() == 1);
    CHECK(audit::rules_exempting(*on, {"keep", "@ad"}).empty());
    const auto before = all();
    audit::blank_exempt(*on, {"@ada", "keep"}, "***");
    CHECK(changed_since(before) == words{R"({"unlisted":"@ada"} {"unlisted":"keep","exempt":["***","@adam"]})"});
    CHECK(audit::rules_exempting(*on, {"@ada"}).empty());
}

TEST_CASE_FIXTURE(naming_fixture, "who was said to be a person is found by that one's id, and says it no more") {
    const auto on = database->borrow();
    CHECK(audit::merged_into(*on) == std::set<std::string>{"p1", "p2"});
    const auto found = audit::mergers_into(*on, is_p1);
    REQUIRE(found.size() == 1);
    CHECK(found[0].what.about.user == user_id{7});
    const auto before = all();
    audit::blank_mergers_into(*on, is_p1, "***");
    CHECK(changed_since(before) == words{R"({"username":"p1"} {"merged_into":"***","username":"p1"})"});
    CHECK(audit::merged_into(*on) == std::set<std::string>{"***", "p2"});
}

TEST_CASE_FIXTURE(naming_fixture, "rows of the time when nobody knew whose an account is are found by it") {
    const auto on = database->borrow();
    CHECK(audit::of_unknown(*on, "fake", ada).size() == 1);
    CHECK(audit::of_unknown(*on, "fake", R"({"account":"@eve"})").empty());
    const auto before = all();
    audit::anonymise_unknown(*on, "fake", ada);
    CHECK(changed_since(before) == words{"- -"});
    CHECK(audit::of_unknown(*on, "fake", ada).empty());
    CHECK(audit::of_unknown(*on, "other", ada).size() == 1);
}

TEST_CASE_FIXTURE(naming_fixture, "accounts that were left are found until they are blanked") {
    const auto on = database->borrow();
    CHECK(audit::left_on_servers(*on).size() == 2);
    const auto before = all();
    audit::blank_left(*on, "other", ada);
    CHECK(changed_since(before) == words{});
    CHECK(audit::left_with(*on, "fake", ada).size() == 1);
    audit::blank_left(*on, "fake", ada);
    CHECK(audit::left_with(*on, "fake", ada).empty());
    CHECK(changed_since(before) == words{"- -"});
    const auto left = audit::left_on_servers(*on);
    REQUIRE(left.size() == 1);
    CHECK(left[0].what.before == R"({"account":"@eve"})");
}

TEST_CASE_FIXTURE(naming_fixture, "two accounts that begin alike for a long time are two") {
    const auto on = database->borrow();
    const auto account = R"({"account":"@)" + std::string(200, 'a');
    record("taken_out_of_room", about(subject_kind::membership, {}, "fake"), account + "1\"}", {});
    record("taken_out_of_room", about(subject_kind::membership, {}, "fake"), account + "2\"}", {});
    CHECK(audit::of_unknown(*on, "fake", account + "1\"}").size() == 1);
}

TEST_CASE_FIXTURE(naming_fixture, "nothing that names somebody is looked for in the whole audit") {
    const auto on = database->borrow();
    test::explained_connection explained(*on);
    audit::rules_exempting(explained, {"@ada"});
    audit::blank_exempt(explained, {"@ada"}, "***");
    audit::mergers_into(explained, is_p1);
    audit::blank_mergers_into(explained, is_p1, "***");
    audit::merged_into(explained);
    audit::of_unknown(explained, "fake", ada);
    audit::anonymise_unknown(explained, "fake", ada);
    audit::left_on_servers(explained);
    audit::left_with(explained, "fake", ada);
    audit::blank_left(explained, "fake", ada);
    audit::anonymise(explained, std::array{user_id{7}}, audit::left_on_server);
    CHECK(explained.number() == 13);
    CHECK(explained.reading_all_of("audit") == "");
}
