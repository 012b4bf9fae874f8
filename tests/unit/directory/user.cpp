#include "directory/user.hpp"

#include "directory_fixture.hpp"

#include <doctest/doctest.h>

#include <array>
#include <map>
#include <set>
#include <string>

using namespace commhost;
using namespace commhost::test;

TEST_CASE("what a plugin sees of people comes with one statement, by rising number") {
    directory_fixture directory;
    const std::array ids{directory.user("u3").id, directory::user_id{999}, directory.user("u1").id};
    const auto before = directory.sql().statements();
    const auto people = directory::people(directory.sql(), ids);
    CHECK(directory.sql().statements() == before + 1);
    REQUIRE(people.size() == 2);
    CHECK(people[0].user == directory.user("u1").id);
    CHECK(people[0].username == "u1.login");
    CHECK(people[0].display_name == "Name of u1");
    CHECK(people[0].given_name == "Given");
    CHECK(people[0].family_name == "Family");
    CHECK(people[0].email == "u1@school.example");
    CHECK(people[1].user == directory.user("u3").id);
}

TEST_CASE("a user is found by number and by external id") {
    directory_fixture directory;
    CHECK(directory::find_user(directory.sql(), directory.user("u2").id)->record.external_id == "u2");
    CHECK_FALSE(directory::find_user(directory.sql(), "U2").has_value());
    CHECK_FALSE(directory::find_user(directory.sql(), directory::user_id{999}).has_value());
}

TEST_CASE("each status of a user has a word") {
    CHECK(directory::to_string(directory::user_status::active) == "active");
    CHECK(directory::to_string(directory::user_status::suspended) == "suspended");
    CHECK(directory::to_string(directory::user_status::deleted) == "deleted");
}

TEST_CASE("further fields are stored with a person and come with them") {
    directory_fixture directory;
    auto changes = changes_of("sis");
    auto changed = person("u1");
    changed.fields = {{"phone", "+47 1"}, {"na\xc3\xafve \"name\"", "\\ and \xf0\x9f\x99\x82"}};
    changes.users.updated = {changed};
    directory.apply(changes);
    const std::array ids{directory.user("u1").id, directory.user("u2").id};
    const auto people = directory::people(directory.sql(), ids);
    CHECK(people[0].fields == changed.fields);
    CHECK(people[1].fields.empty());
    CHECK(directory.user("u1").record == changed);
}

TEST_CASE("a profile is another one when anything that a plugin sees has changed, and only then") {
    const auto profile = directory::profile_of(person("u1"));
    auto suspended = person("u1");
    suspended.status = directory::user_status::suspended;
    CHECK(directory::profile_of(suspended) == profile);
    std::set<std::string> all{profile};
    for (const auto field :
         {&directory::user_record::username, &directory::user_record::given_name, &directory::user_record::family_name,
          &directory::user_record::display_name, &directory::user_record::email}) {
        auto changed = person("u1");
        changed.*field += "x";
        CHECK(all.insert(directory::profile_of(changed)).second);
    }
    auto moved = person("u1");
    moved.given_name += moved.family_name;
    moved.family_name.clear();
    CHECK(all.insert(directory::profile_of(moved)).second);
    auto with_field = person("u1");
    with_field.fields = {{"phone", "1"}};
    CHECK(all.insert(directory::profile_of(with_field)).second);
}

TEST_CASE("the profiles of people are those they were stored with, in one statement") {
    directory_fixture directory;
    const std::array ids{directory.user("u3").id, directory::user_id{999}, directory.user("u1").id};
    const auto before = directory.sql().statements();
    const auto profiles = directory::profiles(directory.sql(), ids);
    CHECK(directory.sql().statements() == before + 1);
    CHECK(profiles == std::map<directory::user_id, std::string>{{ids[2], directory::profile_of(person("u1"))},
                                                                {ids[0], directory::profile_of(person("u3"))}});
}
