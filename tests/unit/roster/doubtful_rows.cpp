// Rows of which nobody can tell whom they mean.

#include "roster/document.hpp"
#include "roster/oneroster.hpp"
#include "roster_fixture.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace commhost;
using roster::scope;
using test::lines;
using test::problems_of;

namespace {

roster::roster read_with(const std::string& file, const std::string& more) {
    auto package = test::small_package();
    package.files[file] += more;
    return roster::read_oneroster(package);
}

roster::roster read_document(const std::string& rest) {
    return roster::read_document(
        R"({"format": "commhost-roster", "version": 1, "scope": "full", "component": "school", )" + rest + "}",
        "r.json");
}

using members = std::vector<roster::roster::member>;

}  // namespace

TEST_CASE("where a row has no id that can be used, nobody of that file is taken for gone, and it is said once") {
    for (const auto& id : {std::string(), std::string(300, 'x'), std::string("a\tb")}) {
        CAPTURE(id);
        const auto users = read_with("users.csv", id + ",,true,ben,Ben,Lie,\n" + id + ",,true,eve,Eve,Lie,\n");
        CHECK(users.users_scope == scope::partial);
        CHECK(users.instances_scope == scope::full);
        CHECK(users.problems.left_out() == 2);
        CHECK(users.problems.noted() == 1);
        const auto classes = read_with("classes.csv", id + ",,Art,\n");
        CHECK(classes.instances_scope == scope::partial);
        CHECK(classes.users_scope == scope::full);
    }
    CHECK(problems_of(read_with("users.csv", ",,true,ben,Ben,Lie,\n").problems) ==
          lines{"ROSTER_VALUE_MISSING users.csv:4", "ROSTER_NOBODY_GONE users.csv"});
    // Too few cells, and no id among them.
    CHECK(read_with("users.csv", ",,true\n").users_scope == scope::partial);
    CHECK(read_with("classes.csv", ",active\n").instances_scope == scope::partial);
    CHECK(read_with("enrollments.csv", ",,c1,u2\n").memberships_scope == scope::partial);
}

TEST_CASE("an enrolment without an id keeps those of its class and person, and without these everybody") {
    const auto read = read_with("enrollments.csv", ",,c1,u2,student,,\n");
    CHECK(read.memberships_scope == scope::full);
    CHECK(read.unreadable_members == members{{{"oneroster", "class", "c1"}, "u2"}});
    CHECK(read_with("enrollments.csv", ",,c1,,student,,\n").memberships_scope == scope::partial);
    CHECK(read_with("enrollments.csv", ",,,u2,student,,\n").memberships_scope == scope::partial);
}

TEST_CASE("a row whose id is somebody else's may mean anybody, and one that is there twice means the same") {
    CHECK(read_with("users.csv", "u1,,true,ben,Ben,Lie,\n").users_scope == scope::partial);
    CHECK(read_with("users.csv", "u1,,true,ada,Ada,Lovelace,\n").users_scope == scope::full);
    CHECK(read_with("classes.csv", "c1,,Art,\n").instances_scope == scope::partial);
    CHECK(read_with("classes.csv", "c1,,Physics,\n").instances_scope == scope::full);
    const auto other = read_with("enrollments.csv", "e1,,c1,u2,student,,\n");
    CHECK(other.memberships_scope == scope::full);
    CHECK(other.unreadable_memberships == lines{"e1"});
    CHECK(other.unreadable_members == members{{{"oneroster", "class", "c1"}, "u2"}});
    CHECK(read_with("enrollments.csv", "e1,,c1,u1,teacher,,\n").unreadable_members.empty());
}

TEST_CASE("in a document, too, an id of somebody else leaves everybody there") {
    const auto users = [](const std::string& second) {
        return read_document(R"("users": [{"id": "a", "username": "a"}, {"id": "a", )" + second + "}]");
    };
    CHECK(users(R"("username": "b")").users_scope == scope::partial);
    CHECK(problems_of(users(R"("username": "b")").problems) ==
          lines{"ROSTER_TWICE r.json#/users/1", "ROSTER_NOBODY_GONE r.json#/users"});
    CHECK(users(R"("username": "a")").users_scope == scope::full);
    CHECK(users(R"("status": "deleted")").users_scope == scope::full);
    const auto instances = [](const std::string& second) {
        return read_document(R"("instances": [{"id": "c", "name": "C"}, {"id": "c", "name": ")" + second + "\"}]");
    };
    CHECK(instances("D").instances_scope == scope::partial);
    CHECK(instances("C").instances_scope == scope::full);
    const auto memberships = read_document(R"("memberships": [{"id": "m", "instance": "c", "user": "a", "role": "x"},
                                                              {"id": "m", "instance": "c", "user": "b", "role": "x"}])");
    CHECK(memberships.unreadable_memberships == lines{"m"});
    CHECK(memberships.unreadable_members == members{{{"school", "course", "c"}, "b"}});
}

TEST_CASE("the groups of an instance that is left out are kept as they are") {
    const auto read = read_document(R"("instances": [
        {"id": "c", "name": "C", "groups": [{"id": "g", "name": "G"}]},
        {"id": "c", "name": "C", "groups": [{"id": "h", "name": "H"}, {"type": "team", "id": "t", "name": "T"}]}])");
    CHECK(read.instances.size() == 2);
    CHECK(read.unreadable_instances ==
          std::vector<directory::instance_key>{{"school", "group", "h"}, {"school", "team", "t"}});
}
