#include "directory/merging.hpp"

#include "directory/erasure.hpp"
#include "directory/membership.hpp"
#include "directory/moved.hpp"
#include "directory/stored.hpp"
#include "directory_fixture.hpp"
#include "message/error.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <vector>

using namespace commhost;
using test::changes_of;
using test::directory_fixture;
using test::enrolment;
using test::person;

namespace {

using instances = std::vector<directory::instance_id>;

struct people : directory_fixture {
    instances merge(const std::string& who, const std::string& into) {
        return directory::merge_by_hand(sql(), user(who), user(into), 2000);
    }
    instances part(const std::string& who) { return directory::part_by_hand(sql(), user(who), 2000); }

    /// "u1 u2": who is to be in the course's room.
    std::string in(const std::string& course) {
        std::string found;
        for (const auto& [user, role] : members(course))
            found += (found.empty() ? "" : " ") + directory::find_user(sql(), user).value().record.external_id;
        return found;
    }

    /// What their source says of somebody from now on; "": nothing.
    instances say(const std::string& who, const std::string& into) {
        auto changes = changes_of("sis");
        auto record = person(who);
        record.merged_into = into;
        changes.users.updated = {record};
        return apply(changes);
    }

    /// "u1>u3 u2>u3": who is somebody else.
    std::string merged() {
        std::string found;
        for (const auto& [who, into] : sql().query<std::string, std::string>(
                 "select u.external_id, x.external_id from directory_user u join directory_user x on x.id = "
                 "u.merged_into order by u.external_id"))
            found += (found.empty() ? "" : " ") + who + ">" + into;
        return found;
    }

    void erase(const std::string& who) {
        const auto id = user(who).id;
        directory::begin_erasure(sql(), id, 3000);
        CHECK(directory::finish_erasures(sql(), std::array{id}, 3001).people.size() == 1);
    }

    /// u4 and u5 in the course c2.
    void add_two_more() {
        auto changes = changes_of("sis");
        changes.users.inserted = {person("u4"), person("u5")};
        changes.memberships.inserted = {enrolment("c2", "u4", "e4"), enrolment("c2", "u5", "e5")};
        apply(changes);
    }

    std::string refused(const std::string& who, const std::string& into) {
        try {
            merge(who, into);
        } catch (const message::error& refusal) {
            return std::string(refusal.code().id());
        }
        return "";
    }
};

}  // namespace

TEST_CASE("two people who are one by an admin's word are one, until that is taken back") {
    people all;
    const auto before = directory::revision(all.sql());
    CHECK(all.merge("u1", "u3") == instances{all.instance("c1")});
    CHECK(directory::revision(all.sql()) == before + 1);
    CHECK(all.in("c1") == "u2 u3");
    CHECK(all.part("u1") == instances{all.instance("c1")});
    CHECK(all.in("c1") == "u1 u2");
    CHECK_THROWS_WITH(all.part("u1"), doctest::Contains("DIRECTORY_MERGER_NONE"));
}

TEST_CASE("no source parts whom an admin has merged") {
    people all;
    all.merge("u1", "u3");
    auto changes = changes_of("sis");
    changes.users.updated = {person("u1", "New name")};
    all.apply(changes);
    CHECK(all.in("c1") == "u2 u3");
    changes.users.updated[0].merged_into = "u2";
    all.apply(changes);
    CHECK(all.in("c1") == "u2 u3");
    CHECK(directory::read_stored(all.sql(), "sis").users[0].merged_by_hand == "u3");
}

TEST_CASE("whoever an admin has merged into somebody follows them when a source merges that one, and comes back") {
    people all;
    all.merge("u1", "u3");
    auto changes = changes_of("sis");
    auto further = person("u3");
    further.merged_into = "u2";
    changes.users.updated = {further};
    CHECK(all.apply(changes) == instances{all.instance("c1"), all.instance("c2")});
    CHECK(all.in("c1") == "u2");
    changes.users.updated = {person("u3")};
    CHECK(all.apply(changes) == instances{all.instance("c1"), all.instance("c2")});
    CHECK(all.in("c1") == "u2 u3");
}

TEST_CASE("rooms of whoever was merged into somebody who is merged now are touched") {
    people all;
    auto changes = changes_of("sis");
    auto merged = person("u3");
    merged.merged_into = "u1";
    changes.users.updated = {merged};
    all.apply(changes);
    CHECK(all.in("c2") == "u1");
    merged = person("u1");
    merged.merged_into = "u2";
    changes.users.updated = {merged};
    CHECK(all.apply(changes) == instances{all.instance("c1"), all.instance("c2")});
    CHECK(all.in("c2") == "u2");
}

TEST_CASE("nobody is merged in a circle or into somebody who is in no room") {
    people all;
    all.merge("u1", "u3");
    CHECK(all.refused("u3", "u3") == "DIRECTORY_MERGER_ROUND");
    CHECK(all.refused("u3", "u1") == "DIRECTORY_MERGER_ROUND");
    auto changes = changes_of("sis");
    auto suspended = person("u2");
    suspended.status = directory::user_status::suspended;
    changes.users.updated = {suspended};
    all.apply(changes);
    CHECK(all.refused("u1", "u2") == "DIRECTORY_MERGER_INACTIVE");
    CHECK(all.in("c1") == "u3");
}

TEST_CASE("of an erased person nothing is left of whom they have turned out to be") {
    people all;
    all.merge("u1", "u3");
    const auto id = all.user("u1").id;
    directory::begin_erasure(all.sql(), id, 3000);
    CHECK(directory::finish_erasures(all.sql(), std::array{id}, 3001).people.size() == 1);
    CHECK(directory::find_user(all.sql(), id).value().record.merged_into.empty());
    CHECK(directory::read_stored(all.sql(), "sis").users[0].merged_by_hand.empty());
}

TEST_CASE("who was merged by hand into an erased person is whoever that one was, or a person again") {
    people all;
    all.merge("u1", "u3");
    all.merge("u3", "u2");
    CHECK(all.in("c1") == "u2");
    const auto erase = [&](const std::string& who) {
        const auto id = all.user(who).id;
        directory::begin_erasure(all.sql(), id, 3000);
        return directory::finish_erasures(all.sql(), std::array{id}, 3001);
    };
    CHECK(erase("u3").people.size() == 1);
    CHECK(all.user("u1").record.merged_into == "u2");
    auto changes = changes_of("sis");
    changes.users.updated = {person("u1", "New name")};
    all.apply(changes);
    CHECK(all.user("u1").record.merged_into == "u2");
    CHECK(all.in("c1") == "u2");

    CHECK(erase("u2").touched == instances{all.instance("c1")});
    CHECK(all.user("u1").record.merged_into.empty());
    all.apply(changes);
    CHECK(all.user("u1").record.merged_into.empty());
    CHECK(all.in("c1") == "u1");
}

TEST_CASE("whose erasure is withdrawn is a person again at once, where the one they are merged into is being erased") {
    people all;
    all.merge("u1", "u2");
    const auto first = all.user("u1").id;
    const auto second = all.user("u2").id;
    directory::begin_erasure(all.sql(), second, 3000);
    directory::begin_erasure(all.sql(), first, 3000);
    auto changes = changes_of("sis");
    changes.users.updated = {person("u1")};
    changes.memberships.inserted = {enrolment("c1", "u1", "e1")};
    all.apply(changes);
    CHECK(directory::erasures_of_named(all.sql()) == std::vector{first});
    const auto withdrawn = directory::withdraw_erasures_of_named(all.sql(), 3001);
    CHECK(withdrawn.people == std::vector{first});
    CHECK(withdrawn.touched == std::set{all.instance("c1")});
    CHECK(directory::withdraw_erasures_of_named(all.sql(), 3001).people.empty());
    CHECK(all.user("u1").record.merged_into.empty());
    CHECK(directory::finish_erasures(all.sql(), std::array{second}, 3001).people.size() == 1);
    CHECK(all.user("u1").record.merged_into.empty());
    CHECK(all.in("c1") == "u1");
}

TEST_CASE("of several who are merged and erased, each that comes back is whoever is left") {
    people all;
    all.merge("u1", "u3");
    all.merge("u3", "u2");
    for (const auto* each : {"u1", "u2", "u3"}) directory::begin_erasure(all.sql(), all.user(each).id, 3000);
    auto changes = changes_of("sis");
    changes.users.updated = {person("u1"), person("u3")};
    all.apply(changes);
    CHECK(directory::withdraw_erasures_of_named(all.sql(), 3001).people ==
          std::vector{all.user("u1").id, all.user("u3").id});
    CHECK(directory::finish_erasures(all.sql(), std::array{all.user("u2").id}, 3001).people.size() == 1);
    CHECK(all.user("u1").record.merged_into == "u3");
    CHECK(all.user("u3").record.merged_into.empty());
}

TEST_CASE("a source that takes back one word of several leaves the others as they were said") {
    people all;
    all.add_two_more();
    all.say("u1", "u2");
    all.say("u2", "u3");
    CHECK(all.merged() == "u1>u3 u2>u3");
    SUBCASE("the first of three") {
        all.say("u1", "");
        CHECK(all.merged() == "u2>u3");
    }
    SUBCASE("the last of three") {
        all.say("u2", "");
        CHECK(all.merged() == "u1>u2");
    }
    SUBCASE("of four") {
        all.say("u3", "u4");
        CHECK(all.merged() == "u1>u4 u2>u4 u3>u4");
        SUBCASE("the first") {
            all.say("u1", "");
            CHECK(all.merged() == "u2>u4 u3>u4");
        }
        SUBCASE("the one in the middle") {
            all.say("u2", "");
            CHECK(all.merged() == "u1>u2 u3>u4");
        }
        SUBCASE("the last") {
            all.say("u3", "");
            CHECK(all.merged() == "u1>u3 u2>u3");
        }
        SUBCASE("the one in the middle for another") {
            all.say("u2", "u5");
            CHECK(all.merged() == "u1>u5 u2>u5 u3>u4");
        }
    }
}

TEST_CASE("an admin who takes back one word of several leaves the others as they were said") {
    people all;
    all.add_two_more();
    all.merge("u1", "u2");
    all.merge("u2", "u3");
    all.merge("u3", "u4");
    CHECK(all.merged() == "u1>u4 u2>u4 u3>u4");
    SUBCASE("the first") {
        all.part("u1");
        CHECK(all.merged() == "u2>u4 u3>u4");
    }
    SUBCASE("the one in the middle") {
        all.part("u2");
        CHECK(all.merged() == "u1>u2 u3>u4");
        CHECK(all.in("c1") == "u2");
    }
    SUBCASE("the last") {
        all.part("u3");
        CHECK(all.merged() == "u1>u3 u2>u3");
    }
}

TEST_CASE("what a source says holds again when an admin's word is taken back, without an import") {
    people all;
    all.add_two_more();
    all.say("u1", "u2");
    all.merge("u1", "u3");
    CHECK(all.merged() == "u1>u3");
    CHECK(directory::end_without_hand(all.sql(), all.user("u1").id) == all.user("u2").id);
    all.say("u2", "u4");
    CHECK(all.merged() == "u1>u3 u2>u4");
    CHECK(directory::end_without_hand(all.sql(), all.user("u1").id) == all.user("u4").id);
    CHECK(directory::read_stored(all.sql(), "sis").users[0].record.merged_into == "u2");
    CHECK(all.part("u1") == instances{all.instance("c1")});
    CHECK(all.merged() == "u1>u4 u2>u4");
    CHECK_FALSE(directory::end_without_hand(all.sql(), all.user("u3").id));
}

TEST_CASE("an admin who says what a source says already concerns no room, and neither does taking it back") {
    people all;
    all.say("u1", "u2");
    CHECK(all.merge("u1", "u2").empty());
    CHECK(all.part("u1").empty());
    CHECK(all.merged() == "u1>u2");
}

TEST_CASE("who is somebody else is told of those alone of whom that has changed") {
    people all;
    all.add_two_more();
    all.say("u1", "u2");
    all.say("u2", "u3");
    CHECK(directory::settle_mergers(all.sql()).empty());
    const auto settled_with = [&](const char* who, const std::string& into) {
        all.sql().execute("update directory_user set merged_said = :into where external_id = :who",
                          {{"into", all.user(into).id}, {"who", who}});
        return directory::settle_mergers(all.sql());
    };
    using users = std::vector<directory::user_id>;
    CHECK(settled_with("u3", "u4") == users{all.user("u1").id, all.user("u2").id, all.user("u3").id});
    CHECK(settled_with("u1", "u3").empty());
    CHECK(settled_with("u2", "u5") == users{all.user("u2").id});
}

TEST_CASE("people of whom two sources say that each is the other one stay two, until one of the words is taken back") {
    people all;
    all.add_two_more();
    auto changes = changes_of("other");
    changes.claimed_users = {"u2"};
    all.apply(changes);
    all.say("u1", "u2");
    all.say("u4", "u1");
    auto round = person("u2");
    round.merged_into = "u1";
    changes = changes_of("other");
    changes.users.updated = {round};
    CHECK(all.apply(changes) == instances{all.instance("c1"), all.instance("c2")});
    CHECK(all.merged().empty());
    CHECK(all.in("c1") == "u1 u2");
    all.say("u1", "");
    CHECK(all.merged() == "u2>u1 u4>u1");
}

TEST_CASE("nobody is merged by hand in a circle of several, whatever has been said of those in it") {
    people all;
    all.add_two_more();
    all.say("u1", "u2");
    all.say("u2", "u3");
    CHECK(all.refused("u2", "u1") == "DIRECTORY_MERGER_ROUND");
    CHECK(all.refused("u3", "u1") == "DIRECTORY_MERGER_ROUND");
    CHECK(all.merged() == "u1>u3 u2>u3");
}

TEST_CASE("a circle that an admin's word has kept open is one of nobody when that is taken back") {
    people all;
    all.add_two_more();
    all.merge("u1", "u3");
    all.say("u2", "u1");
    all.say("u1", "u2");
    CHECK(all.merged() == "u1>u3 u2>u3");
    CHECK_FALSE(directory::end_without_hand(all.sql(), all.user("u1").id));
    all.part("u1");
    CHECK(all.merged().empty());
}

TEST_CASE("who is erased out of the middle leaves those before them with those after them, as they were said") {
    people all;
    all.add_two_more();
    bool by_hand = false;
    SUBCASE("by a source's word") {}
    SUBCASE("by an admin's word") { by_hand = true; }
    const auto say = [&](const std::string& who, const std::string& into) {
        if (by_hand) {
            all.merge(who, into);
        } else {
            all.say(who, into);
        }
    };
    say("u1", "u2");
    say("u2", "u3");
    say("u3", "u4");
    all.erase("u2");
    CHECK(all.merged() == "u1>u4 u3>u4");
    if (by_hand) {
        all.part("u3");
    } else {
        all.say("u3", "");
    }
    CHECK(all.merged() == "u1>u3");
    all.erase("u3");
    CHECK(all.merged().empty());
}

TEST_CASE("who was merged into several who are erased at once is whoever is left of them all") {
    people all;
    all.add_two_more();
    const auto erase = [&](std::initializer_list<const char*> names) {
        std::vector<directory::user_id> erased;
        for (const auto* each : names) {
            erased.push_back(all.user(each).id);
            directory::begin_erasure(all.sql(), erased.back(), 3000);
        }
        return directory::finish_erasures(all.sql(), erased, 3001);
    };
    const auto first = all.user("u1").id;
    all.say("u1", "u2");
    SUBCASE("the one behind them") {
        all.say("u2", "u3");
        all.merge("u3", "u4");
        const auto finished = erase({"u2", "u3"});
        CHECK(finished.people.size() == 2);
        CHECK(finished.parted.empty());
        CHECK(all.merged() == "u1>u4");
    }
    SUBCASE("nobody, where the last of them is erased as well") {
        all.merge("u2", "u3");
        const auto finished = erase({"u2", "u3"});
        CHECK(finished.parted == std::vector{first});
        CHECK(finished.touched == instances{all.instance("c1")});
        CHECK(all.merged().empty());
        CHECK(all.in("c1") == "u1");
    }
    SUBCASE("nobody, where what was said of them goes round") {
        all.say("u2", "u3");
        all.say("u3", "u2");
        erase({"u2", "u3"});
        CHECK(all.merged().empty());
        CHECK(all.in("c1") == "u1");
    }
    SUBCASE("nobody else, where what was said of them leads back") {
        all.say("u2", "u3");
        all.say("u3", "u1");
        erase({"u2", "u3"});
        CHECK(all.merged().empty());
        CHECK(all.in("c1") == "u1");
    }
    CHECK(all.sql().scalar<std::int64_t>("select count(*) from directory_user u join directory_erasure e on e.user_id "
                                         "in (u.merged_said, u.merged_by_hand)") == 0);
}

namespace {

/// u1 to u4, into a directory that has its first steps.
void insert_four(store::connection& sql) {
    for (const auto* each : {"u1", "u2", "u3", "u4"})
        sql.execute("insert into directory_user (external_id, username, given_name, family_name, display_name, email, "
                    "status, source, changed) values (:id, :id, '', '', '', '', 0, 'sis', 1)",
                    {{"id", each}});
}

}  // namespace

TEST_CASE("a directory from before words were kept has everybody be who they were") {
    test::test_database database;
    store::migrate(*database, directory::migrations().first(6));
    const auto on = database->borrow();
    insert_four(*on);
    const auto id = [&](std::string_view who) { return directory::find_user(*on, who).value().id; };
    const auto set = [&](const char* who, const char* into, const char* by_hand) {
        on->execute("update directory_user set merged_into = (select n.id from directory_user n where n.external_id = "
                    ":into), merged_by_hand = (select n.id from directory_user n where n.external_id = :by_hand) "
                    "where external_id = :who",
                    {{"who", who}, {"into", into}, {"by_hand", by_hand}});
    };
    set("u1", "u4", "");
    set("u2", "u4", "u3");
    set("u3", "u4", "");
    store::migrate(*database, directory::migrations());
    CHECK(directory::settle_mergers(*on).empty());
    CHECK(directory::find_user(*on, "u1").value().record.merged_into == "u4");
    CHECK(directory::find_user(*on, "u2").value().record.merged_into == "u4");
    const auto stored = directory::read_stored(*on, "sis").users;
    CHECK(stored[0].record.merged_into == "u4");
    CHECK(stored[1].record.merged_into.empty());
    CHECK(stored[1].merged_by_hand == "u3");
    directory::part_by_hand(*on, directory::find_user(*on, id("u2")).value(), 2);
    CHECK(directory::find_user(*on, "u2").value().record.merged_into.empty());
}

TEST_CASE("no plan and no undo from before words were kept has an admin's word as the roster's") {
    for (const std::size_t done : {6U, 8U})
        for (const bool by_hand : {true, false}) {
            test::test_database database;
            store::migrate(*database, directory::migrations().first(done));
            const auto on = database->borrow();
            insert_four(*on);
            on->execute("update directory_user set changed = 70 where external_id = 'u4'");
            if (by_hand) on->execute("update directory_user set merged_by_hand = id where external_id = 'u1'");
            const auto revision = directory::revision(*on);
            store::migrate(*database, directory::migrations());
            CHECK(directory::revision(*on) == revision + 1);
            auto back = changes_of("sis");
            back.users.updated = {person("u1"), person("u2")};
            CHECK(directory::moved_since(*on, back, 70) ==
                  (by_hand ? std::vector<std::string>{"u1", "u2"} : std::vector<std::string>{}));
        }
}

TEST_CASE("whom a source names is kept, though that one was merged before") {
    people all;
    all.say("u2", "u3");
    all.say("u1", "u2");
    CHECK(all.merged() == "u1>u3 u2>u3");
    CHECK(directory::read_stored(all.sql(), "sis").users[0].record.merged_into == "u2");
    all.say("u2", "");
    CHECK(all.merged() == "u1>u2");
}

TEST_CASE("who is at the end of a chain of a hundred thousand is found, and that a circle of as many has none") {
    constexpr std::int64_t number = 100'000;
    std::map<directory::user_id, directory::user_id> merged;
    for (std::int64_t each = 1; each <= number; ++each)
        merged.emplace(directory::user_id{each}, directory::user_id{each + 1});
    const auto ends = directory::ends_of(merged);
    CHECK(ends.size() == number);
    CHECK(std::all_of(ends.begin(), ends.end(),
                      [](const auto& each) { return each.second == directory::user_id{number + 1}; }));
    merged.emplace(directory::user_id{number + 1}, directory::user_id{number / 2});
    CHECK(directory::ends_of(merged).empty());
}

TEST_CASE("who leads into a circle is nobody else, and whoever is apart from it is") {
    using directory::user_id;
    CHECK(directory::ends_of({{user_id{1}, user_id{3}},
                              {user_id{2}, user_id{2}},
                              {user_id{3}, user_id{4}},
                              {user_id{4}, user_id{3}},
                              {user_id{5}, user_id{2}},
                              {user_id{6}, user_id{7}},
                              {user_id{7}, user_id{8}},
                              {user_id{9}, user_id{7}}}) ==
          std::map<user_id, user_id>{{user_id{6}, user_id{8}}, {user_id{7}, user_id{8}}, {user_id{9}, user_id{8}}});
}
