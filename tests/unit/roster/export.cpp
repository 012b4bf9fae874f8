#include "roster/export.hpp"

#include "imported_directory.hpp"
#include "roster/oneroster.hpp"
#include "roster/source.hpp"
#include "roster_fixture.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <random>
#include <sstream>
#include <string>

using namespace commhost;
using test::refusal;
using test::school;

namespace {

std::string exported(test::imported_directory& directory) {
    std::ostringstream text;
    roster::write_roster(text, directory.stored(), directory.source,
                         [&](std::string_view digest) { return directory::find_picture(directory.sql(), digest); });
    return text.str();
}

/// A document of people, courses with groups, and memberships as chance has them.
std::string random_lists(std::mt19937& chance) {
    const auto below = [&](unsigned limit) { return static_cast<unsigned>(chance() % limit); };
    const auto one_of = [&](std::initializer_list<const char*> all) {
        return *(all.begin() + below(static_cast<unsigned>(all.size())));
    };
    std::string users;
    std::string instances;
    std::string memberships;
    const unsigned people = 1 + below(12);
    const unsigned courses = 1 + below(5);
    const auto add = [](std::string& list, const std::string& entry) { list += (list.empty() ? "" : ",\n") + entry; };
    for (unsigned number = 0; number < people; ++number) {
        const auto id = std::to_string(number);
        std::string user = R"({"id": "p)" + id + R"(", "username": "login)" + id + "\"";
        if (below(2) == 0) user += R"(, "given_name": "Zoë")";
        if (below(2) == 0) user += R"(, "family_name": "O'Neill \"x\"")";
        if (below(3) == 0) user += R"(, "display_name": "Somebody")";
        if (below(3) == 0) user += R"(, "email": "x@school.example")";
        if (below(3) == 0) user += R"(, "fields": {"phone": "+47 1", "grades": "9,10"})";
        if (below(5) == 0) user += R"(, "status": "suspended")";
        if (below(4) == 0) user += R"(, "picture": "data:image/gif;base64,R0lGODlh")";
        add(users, user + "}");
    }
    for (unsigned number = 0; number < courses; ++number) {
        const auto id = std::to_string(number);
        std::string course = R"({"id": "c)" + id + R"(", "name": "Course )" + id + "\"";
        if (below(2) == 0) course += R"(, "topic": "A topic")";
        if (below(4) == 0) course += R"(, "status": "hidden")";
        if (below(4) == 0)
            course += R"(, "provider": "matrix", "settings": {"topic": "Ask", "limit": 7, "open": true})";
        if (below(4) == 0) course += R"(, "picture": "data:image/png;base64,iVBORw0KGgo=")";
        if (below(3) == 0)
            course += R"(, "groups": [{"id": "g)" + id + R"(", "name": "Group"}, {"type": "team", "id": "t)" + id +
                      R"(", "name": "Team"}])";
        add(instances, course + "}");
        for (unsigned person = 0; person < people; ++person) {
            const auto several = below(3);
            for (unsigned each = 0; each < several; ++each) {
                std::string membership = R"({"instance": "c)" + id + R"(", "user": "p)" + std::to_string(person) +
                                         R"(", "role": ")" + one_of({"student", "teacher", "aide", "head"}) + "\"";
                if (several > 1)
                    membership +=
                        R"(, "id": "m)" + id + "-" + std::to_string(person) + "-" + std::to_string(each) + "\"";
                if (below(4) == 0) membership += R"(, "room_role": "owner")";
                if (below(4) == 0) membership += R"(, "begins": "2026-09-01T08:00:00.250+02:00")";
                if (below(4) == 0) membership += R"(, "ends": "1969-12-31T23:59:59.001Z")";
                if (below(5) == 0) membership += R"(, "status": "suspended")";
                add(memberships, membership + "}");
            }
        }
    }
    return "\"users\": [" + users + "],\n\"instances\": [" + instances + "],\n\"memberships\": [" + memberships + "]";
}

}  // namespace

TEST_CASE("what was exported says nothing new to where it came from, whatever was imported") {
    std::mt19937 chance(20261128);
    for (int round = 0; round < 60; ++round) {
        CAPTURE(round);
        test::imported_directory directory;
        directory.limits = {{}, {}};
        for (int import = 0; import < 3; ++import)
            directory.import(school(import == 1 ? "partial" : "full", random_lists(chance)));
        const auto text = exported(directory);
        CAPTURE(text);
        const auto plan = directory.plan(roster::read_document(text, "export.json"));
        CHECK(plan.empty());
        CHECK(plan.problems.left_out() == 0);
    }
}

TEST_CASE("what was exported makes the same of an empty directory") {
    std::mt19937 chance(4);
    for (int round = 0; round < 10; ++round) {
        CAPTURE(round);
        test::imported_directory directory;
        directory.import(school("full", random_lists(chance)));
        const auto text = exported(directory);
        test::imported_directory other;
        other.import(roster::read_document(text, "export.json"));
        CHECK(exported(other) == text);
    }
}

TEST_CASE("a OneRoster package is exported as a document that says the same") {
    for (const std::string path : {"sample_school", "oneroster/untidy", "roster/sample.json"}) {
        CAPTURE(path);
        test::imported_directory directory;
        directory.import(roster::read_source(test::fixtures / path));
        CHECK(directory.plan(roster::read_document(exported(directory), "export.json")).empty());
    }
}

TEST_CASE("what is gone is not exported, and what another source says is not either") {
    test::imported_directory directory;
    directory.import(school("full", R"("users": [{"id": "p1", "username": "a"}, {"id": "p2", "username": "b"}],
        "instances": [{"id": "c1", "name": "Physics"}], "memberships": [{"instance": "c1", "user": "p1", "role": "student"}])"));
    directory.import(school("full", R"("users": [{"id": "p1", "username": "a"}])"));
    directory.source = "clubs";
    directory.import(school("partial", R"("users": [{"id": "q1", "username": "q"}],
        "memberships": [{"instance": "c1", "user": "q1", "role": "student"}])"));
    directory.source = "default";
    const auto document = boost::json::parse(exported(directory));
    CHECK(document.at("users").as_array().size() == 1);
    CHECK(document.at("users").at(0).at("id") == "p1");
    REQUIRE(document.at("memberships").as_array().size() == 1);
    CHECK(document.at("memberships").at(0).at("user") == "p1");
}

TEST_CASE("a source of two components is not exported, as a document has one") {
    test::imported_directory directory;
    directory.import(school("partial", R"("instances": [{"id": "c1", "name": "Physics"}])"));
    directory.import(
        roster::read_document(R"({"format": "commhost-roster", "version": 1, "component": "club", "scope": "partial",
        "instances": [{"id": "k1", "name": "Chess"}]})",
                              "r.json"));
    CHECK(refusal([&] { exported(directory); }).starts_with("ROSTER_EXPORT_COMPONENTS: "));
}

TEST_CASE("a source of which nothing is stored is not exported") {
    test::imported_directory directory;
    CHECK(refusal([&] { exported(directory); }).starts_with("ROSTER_SOURCE_UNKNOWN: "));
}
