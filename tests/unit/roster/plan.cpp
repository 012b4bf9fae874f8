#include "roster/plan.hpp"

#include "directory/migrations.hpp"
#include "roster/date.hpp"
#include "roster/document.hpp"
#include "roster/oneroster.hpp"
#include "roster/source.hpp"
#include "roster_fixture.hpp"
#include "test_database.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace commhost;
using roster::change_counts;
using test::lines;
using test::problems_of;
using test::small_package;

namespace {

/// A directory into which rosters are imported one after the other.
class imported {
  public:
    imported() { store::migrate(*database_, directory::migrations()); }

    roster::plan plan(roster::roster wanted, const std::string& source = "default") {
        return roster::make_plan(std::move(wanted), directory::read_stored(*connection_, source), source);
    }

    /// How many instances were touched.
    std::size_t apply(const roster::plan& plan) {
        return database_->transact([&](store::connection& on) { return directory::apply(on, plan.changes, 1000); })
            .size();
    }

    roster::plan import(roster::roster wanted, const std::string& source = "default") {
        auto made = plan(std::move(wanted), source);
        apply(made);
        return made;
    }

    /// "u1 teacher, u2 student": memberships of a class, of any source, by user.
    std::string members(const std::string& external_id) {
        std::string found;
        for (const auto& [user, role] : connection_->query<std::string, std::string>(
                 R"(select u.external_id, m.role from directory_membership m
                      join directory_user u on u.id = m.user_id join directory_instance i on i.id = m.instance_id
                     where i.external_id = :id order by u.id, m.reference)",
                 {{"id", external_id}}))
            found += (found.empty() ? "" : ", ") + user + " " + role;
        return found;
    }

    directory::user_status user(const std::string& external_id) {
        return directory::find_user(*connection_, external_id).value().record.status;
    }
    directory::instance course(const std::string& external_id) {
        return directory::find_instance(*connection_, {"oneroster", "class", external_id}).value();
    }
    store::connection& sql() { return *connection_; }

  private:
    test::test_database database_;
    store::database::lease connection_ = database_->borrow();
};

roster::roster package(const std::string& file = "", const std::string& content = "") {
    auto made = small_package();
    if (!file.empty()) made.files[file] = content;
    return roster::read_oneroster(made);
}

const std::string enrolments = "sourcedId,status,classSourcedId,userSourcedId,role\n";

roster::roster delta(const std::string& users, const std::string& classes, const std::string& enrolled) {
    test::package_in_memory made;
    made.files = {{"manifest.csv", "propertyName,value\noneroster.version,1.1\nfile.users,delta\nfile.classes,delta\n"
                                   "file.enrollments,delta\n"},
                  {"users.csv", "sourcedId,status,enabledUser,username,givenName,familyName\n" + users},
                  {"classes.csv", "sourcedId,status,title\n" + classes},
                  {"enrollments.csv", enrolments + enrolled}};
    return roster::read_oneroster(made);
}

roster::roster document(const std::string& scope, const std::string& rest) {
    return roster::read_document(R"({"format": "commhost-roster", "version": 1, "component": "school", "scope": ")" +
                                     scope + "\", " + rest + "}",
                                 "r.json");
}

}  // namespace

TEST_CASE("a first plan adds everything, and a second is empty") {
    imported directory;
    const auto first = directory.plan(package());
    CHECK(first.users == change_counts{2, 0, 0});
    CHECK(first.instances == change_counts{1, 0, 0});
    CHECK(first.memberships == change_counts{2, 0, 0});
    REQUIRE(first.by_instance.size() == 1);
    CHECK(first.by_instance[0] ==
          roster::instance_summary{
              {"oneroster", "class", "c1"}, "Physics", roster::instance_change::added, {"u1", "u2"}, {}, {}});
    CHECK(directory.apply(first) == 1);
    CHECK(directory.members("c1") == "u1 teacher, u2 student");
    const auto second = directory.plan(package());
    CHECK(second.empty());
    CHECK(second.by_instance.empty());
    CHECK(directory.apply(second) == 0);
}

TEST_CASE("a second plan is empty for every source of the fixtures") {
    for (const std::string path : {"sample_school", "oneroster/untidy", "roster/sample.json"}) {
        CAPTURE(path);
        imported directory;
        CHECK_FALSE(directory.import(roster::read_source(test::fixtures / path)).empty());
        CHECK(directory.plan(roster::read_source(test::fixtures / path)).empty());
    }
}

TEST_CASE("one enrolment added and one removed are the whole plan and touch their classes alone") {
    imported directory;
    auto three = small_package();
    three.files["classes.csv"] += "c2,,Music,\nc3,,Art,\n";
    directory.import(roster::read_oneroster(three));
    three.files["enrollments.csv"] = enrolments + "e1,,c1,u1,teacher\ne9,,c3,u2,student\n";
    const auto plan = directory.plan(roster::read_oneroster(three));
    CHECK(plan.users == change_counts{});
    CHECK(plan.instances == change_counts{});
    CHECK(plan.memberships == change_counts{1, 0, 1});
    REQUIRE(plan.by_instance.size() == 2);
    CHECK(plan.by_instance[0].removed == lines{"u2"});
    CHECK(plan.by_instance[0].change == roster::instance_change::none);
    CHECK(plan.by_instance[1].added == lines{"u2"});
    CHECK(directory.apply(plan) == 2);
}

TEST_CASE("who is not named any more by a full source is deleted with their memberships") {
    imported directory;
    directory.import(package());
    const auto plan = directory.plan(package("users.csv", "sourcedId,enabledUser,username,givenName,familyName,email\n"
                                                          "u1,true,ada,Ada,Lovelace,ada@school.example\n"));
    CHECK(plan.users == change_counts{0, 0, 1});
    CHECK(plan.changes.users.deleted == lines{"u2"});
    CHECK(plan.changes.memberships.deleted.size() == 1);
    CHECK(problems_of(plan.problems) == lines{"ROSTER_UNKNOWN_USER enrollments.csv:3"});
    directory.apply(plan);
    CHECK(directory.user("u2") == directory::user_status::deleted);
    CHECK(directory.members("c1") == "u1 teacher");
    const auto back = directory.import(package());
    CHECK(back.users.changed == 1);
    CHECK(directory.user("u2") == directory::user_status::active);
    CHECK(directory.members("c1") == "u1 teacher, u2 student");
}

TEST_CASE("a class to be deleted takes its enrolments along without a report, and keeps its number") {
    imported directory;
    directory.import(package());
    const auto id = directory.course("c1").id;
    const auto plan = directory.import(package("classes.csv", "sourcedId,status,title\nc1,tobedeleted,Physics\n"));
    CHECK(problems_of(plan.problems).empty());
    CHECK(plan.instances == change_counts{0, 0, 1});
    CHECK(plan.by_instance.at(0).name == "Physics");
    CHECK(plan.by_instance.at(0).removed == lines{"u1", "u2"});
    CHECK(directory.course("c1").status == directory::instance_status::deleted);
    directory.import(package());
    CHECK(directory.course("c1").id == id);
    CHECK(directory.course("c1").status == directory::instance_status::active);
}

TEST_CASE("a row that cannot be read proves no absence") {
    imported directory;
    directory.import(package());
    auto broken = small_package();
    broken.files["users.csv"] =
        "sourcedId,enabledUser,username,givenName,familyName,email\nu1,true,ada,Ada,Lovelace,ada@school.example\n"
        "u2,perhaps,alan,Alan,Turing,\n";
    broken.files["classes.csv"] = "sourcedId,title\nc1,\n";
    broken.files["enrollments.csv"] = enrolments + "e1,,c1,u1,teacher\ne2,,c1\n";
    const auto plan = directory.plan(roster::read_oneroster(broken));
    CHECK(plan.empty());
    CHECK(plan.problems.left_out() == 3);
}

TEST_CASE("a row without an id of its own removes nobody, and neither does the row that it took the place of") {
    const std::string ada = "e1,,c1,u1,teacher\n";
    for (const auto* row : {",,c1,u2,student\n", "e1,,c1,u2,student\n"}) {
        CAPTURE(row);
        imported directory;
        directory.import(package());
        CHECK(directory.plan(package("enrollments.csv", enrolments + ada + row)).empty());
        CHECK(directory.plan(package("enrollments.csv", enrolments + ada)).memberships == change_counts{0, 0, 1});
    }
    imported directory;
    directory.import(package());
    const std::string head = "sourcedId,enabledUser,username,givenName,familyName,email\n";
    const std::string row = "u1,true,ada,Ada,Lovelace,ada@school.example\n";
    for (const auto* other : {",true,alan,Alan,Turing,\n", "u1,true,alan,Alan,Turing,\n"})
        CHECK(directory.plan(package("users.csv", head + row + other)).empty());
    CHECK(directory.plan(package("users.csv", head + row)).users == change_counts{0, 0, 1});
    CHECK(directory.plan(package("classes.csv", "sourcedId,title,classCode\n,Physics,PHY-1\n")).empty());
}

TEST_CASE("a group of an instance that is there twice stays with everybody in it") {
    imported directory;
    const auto with_groups = [](const std::string& first, const std::string& second) {
        return document("full", R"("users": [{"id": "a", "username": "a"}],
            "instances": [{"id": "c", "name": "C", "groups": [)" +
                                    first + R"(]}, {"id": "c", "name": "C", "groups": [)" + second + R"(]}],
            "memberships": [{"type": "group", "instance": "g", "user": "a", "role": "student"}])");
    };
    const std::string group = R"({"id": "g", "name": "G"})";
    directory.import(with_groups(group, ""));
    CHECK(directory.members("g") == "a student");
    CHECK(directory.plan(with_groups("", group)).empty());
    CHECK(directory.plan(with_groups("", "")).instances == change_counts{0, 0, 1});
}

TEST_CASE("enrolments of unknown people and classes are left out and named") {
    imported directory;
    const auto plan = directory.import(
        package("enrollments.csv", enrolments + "e1,,c1,u1,teacher\ne2,,c1,u9,student\ne3,,c9,u2,student\n"));
    CHECK(problems_of(plan.problems) ==
          lines{"ROSTER_UNKNOWN_USER enrollments.csv:3", "ROSTER_UNKNOWN_INSTANCE enrollments.csv:4"});
    CHECK(plan.problems.kept()[0].text() == "enrollments.csv:3: there is no user 'u9'. The membership is left out.");
    CHECK(directory.members("c1") == "u1 teacher");
}

TEST_CASE("a delta names what is new, what changes and what goes, and nothing else") {
    imported directory;
    directory.import(package());
    const auto plan = directory.import(delta("u3,active,true,grace,Grace,Hopper\n", "", "e3,active,c1,u3,student\n"));
    CHECK(plan.users == change_counts{1, 0, 0});
    CHECK(plan.memberships == change_counts{1, 0, 0});
    CHECK(directory.members("c1") == "u1 teacher, u2 student, u3 student");
    directory.import(delta("", "", "e2,active,c1,u2,aide\n"));
    CHECK(directory.members("c1") == "u1 teacher, u2 aide, u3 student");
    directory.import(delta("u1,tobedeleted,,,,\n", "", "e3,tobedeleted,c1,u3,student\n"));
    CHECK(directory.members("c1") == "u2 aide");
    CHECK(directory.user("u1") == directory::user_status::deleted);
    CHECK(directory.user("u3") == directory::user_status::active);
    directory.import(delta("", "c1,tobedeleted,\n", ""));
    CHECK(directory.members("c1") == "");
}

TEST_CASE("an enrolment that a delta gives to somebody else leaves the person it had") {
    imported directory;
    directory.import(package());
    directory.import(delta("", "", "e2,active,c1,u1,student\n"));
    CHECK(directory.members("c1") == "u1 teacher, u1 student");
    const auto plan = directory.import(delta("", "", "e2,active,c1,u9,student\n"));
    CHECK(plan.empty());
    CHECK(problems_of(plan.problems) == lines{"ROSTER_UNKNOWN_USER enrollments.csv:2"});
}

TEST_CASE("the delta on top of the sample school does what its README says") {
    imported directory;
    directory.import(roster::read_source(test::fixtures / "sample_school"));
    const auto plan = directory.plan(roster::read_source(test::fixtures / "oneroster/delta"));
    CHECK(plan.users == change_counts{1, 1, 1});
    CHECK(plan.instances == change_counts{0, 1, 1});
    CHECK(plan.memberships.added == 1);
    CHECK(plan.memberships.changed == 1);
    CHECK(problems_of(plan.problems) == lines{"ROSTER_UNKNOWN_USER enrollments.csv:5"});
    directory.apply(plan);
    CHECK(directory.plan(roster::read_source(test::fixtures / "oneroster/delta")).empty());
}

TEST_CASE("of the untidy package those are in the rooms whom its README lists") {
    imported directory;
    directory.import(roster::read_source(test::fixtures / "oneroster/untidy"));
    const auto in_room = [&](const std::string& external_id) {
        lines found;
        for (const auto& member : directory::effective_members(directory.sql(), directory.course(external_id).id,
                                                               roster::parse_date("2026-11-22").value()))
            found.push_back(directory::find_user(directory.sql(), member.user).value().record.external_id + " " +
                            std::string(directory::to_string(member.role)));
        return found;
    };
    CHECK(in_room("cls-physics") == lines{"usr-astrid moderator", "usr-bjarne member", "usr-cecilie member"});
    CHECK(in_room("cls-chess") == lines{"usr-bjarne moderator", "usr-hakon member"});
    CHECK(in_room("cls-latin") == lines{"usr-astrid owner", "usr-cecilie member", "usr-hakon moderator"});
    CHECK(in_room("cls-geology") == lines{"usr-marit member"});
    CHECK(directory.course("cls-greek").status == directory::instance_status::hidden);
    CHECK(directory::list_instances(directory.sql()).size() == 5);
}

TEST_CASE("with several enrolments of one person, the person is removed with the last") {
    imported directory;
    directory.import(package("enrollments.csv", enrolments + "e1,,c1,u1,teacher\ne2,,c1,u1,student\n"));
    auto plan = directory.import(package("enrollments.csv", enrolments + "e2,,c1,u1,student\n"));
    CHECK(plan.by_instance.at(0).changed == lines{"u1"});
    CHECK(plan.by_instance.at(0).removed.empty());
    plan = directory.import(package("enrollments.csv", enrolments));
    CHECK(plan.by_instance.at(0).removed == lines{"u1"});
}

TEST_CASE("a source touches nothing of another") {
    imported directory;
    directory.import(package());
    const auto club = directory.import(document("full", R"("users": [{"id": "k1", "username": "kit"}],
        "instances": [{"id": "club", "name": "Chess"}],
        "memberships": [{"instance": "club", "user": "k1", "role": "student"},
                        {"instance": "club", "user": "u1", "role": "teacher"}])"),
                                       "clubs");
    CHECK(club.users == change_counts{1, 0, 0});
    CHECK(club.memberships == change_counts{2, 0, 0});
    CHECK(directory.plan(package()).empty());
    CHECK(directory.members("club") == "u1 teacher, k1 student");
    directory.import(document("full", R"("users": [], "instances": [], "memberships": [])"), "clubs");
    CHECK(directory.members("club") == "");
    CHECK(directory.user("k1") == directory::user_status::deleted);
    CHECK(directory.user("u1") == directory::user_status::active);
    CHECK(directory.members("c1") == "u1 teacher, u2 student");
}

TEST_CASE("a person whom two sources name is the first's word, and stays until both are done with them") {
    imported directory;
    directory.import(package());
    const std::string ada = R"("users": [{"id": "u1", "username": "ada", "display_name": "Countess Lovelace"}])";
    const auto plan = directory.import(document("full", ada), "clubs");
    CHECK(plan.changes.claimed_users == lines{"u1"});
    CHECK(directory::find_user(directory.sql(), "u1")->record.display_name == "Ada Lovelace");
    CHECK(directory.plan(document("full", ada), "clubs").empty());
    CHECK(directory.plan(package()).empty());

    directory.import(
        package("users.csv", "sourcedId,enabledUser,username,givenName,familyName\nu2,true,alan,Alan,Turing\n"));
    CHECK(directory.user("u1") == directory::user_status::active);
    CHECK(directory.import(document("full", ada), "clubs").users == change_counts{0, 1, 0});
    CHECK(directory::find_user(directory.sql(), "u1")->record.display_name == "Countess Lovelace");
    directory.import(document("full", R"("users": [])"), "clubs");
    CHECK(directory.user("u1") == directory::user_status::deleted);
}

TEST_CASE("groups go with the course they belong to") {
    imported directory;
    directory.import(roster::read_source(test::fixtures / "roster/sample.json"));
    const auto plan = directory.plan(document("partial", R"("instances": [{"id": "c-1", "status": "deleted"}])"));
    CHECK(plan.changes.instances.deleted == std::vector<directory::instance_key>{{"school", "course", "c-1"},
                                                                                 {"school", "group", "c-1-a"},
                                                                                 {"school", "group", "c-1-b"}});
    CHECK(plan.memberships == change_counts{0, 0, 4});
}

TEST_CASE("what an admin chose for a room is no difference, what the source names is") {
    imported directory;
    directory.import(package());
    directory::set_provider(directory.sql(), directory.course("c1").id, "matrix", 1);
    CHECK(directory.plan(package()).empty());
    const std::string course =
        R"("instances": [{"id": "x", "name": "X", "provider": "matrix", "settings": {"b": 1, "a": 2}}])";
    directory.import(document("full", course), "other");
    CHECK(directory.plan(document("full", course), "other").empty());
    const auto id = directory::find_instance(directory.sql(), {"school", "course", "x"}).value().id;
    directory::set_provider(directory.sql(), id, "customlink", 1);
    CHECK(directory.plan(document("full", course), "other").instances == change_counts{0, 1, 0});
}

TEST_CASE("comparing with the store takes the same few statements for one person as for hundreds") {
    imported directory;
    directory.import(roster::read_source(test::fixtures / "sample_school"));
    const auto before = directory.sql().statements();
    directory::read_stored(directory.sql(), "default");
    CHECK(directory.sql().statements() - before == 6);
}

TEST_CASE("a plan carries the pictures that are new, and says whose room shows another one") {
    const auto document = [](const std::string& instances) {
        return roster::read_document(
            R"({"format":"commhost-roster","version":1,"scope":"full","component":"s","instances":[)" + instances +
                "]}",
            "r.json");
    };
    const std::string logo = R"("picture":"data:image/gif;base64,R0lGODlh")";
    const auto both = R"({"id":"a","name":"A",)" + logo + R"(},{"id":"b","name":"B",)" + logo + "}";
    imported directory;
    const auto first = directory.import(document(both));
    CHECK(first.changes.pictures.size() == 1);
    REQUIRE(first.by_instance.size() == 2);
    CHECK(first.by_instance[0].picture_changed);

    CHECK(directory.plan(document(both)).empty());
    // Not named, it stays; a name that changes takes no picture along that is there.
    CHECK(directory.plan(document(R"({"id":"a","name":"A"},{"id":"b","name":"B"})")).empty());
    const auto renamed = directory.import(document(R"({"id":"a","name":"Art",)" + logo + R"(},{"id":"b","name":"B"})"));
    CHECK(renamed.changes.pictures.empty());
    CHECK_FALSE(renamed.by_instance.at(0).picture_changed);

    const auto taken_away = directory.import(document(R"({"id":"a","name":"Art","picture":""},{"id":"b","name":"B"})"));
    REQUIRE(taken_away.by_instance.size() == 1);
    CHECK(taken_away.by_instance[0].picture_changed);
    CHECK(directory.plan(document(R"({"id":"a","name":"Art"},{"id":"b","name":"B"})")).empty());
}

TEST_CASE("a person's picture is a change of the person, and not to name it is none") {
    const auto document = [](const std::string& more) {
        return roster::read_document(
            R"({"format":"commhost-roster","version":1,"scope":"full","component":"s","users":[{"id":"p","username":"a")" +
                more + "}]}",
            "r.json");
    };
    const std::string face = R"(,"picture":"data:image/gif;base64,R0lGODlh")";
    imported directory;
    directory.import(document(""));
    const auto shown = directory.import(document(face));
    CHECK(shown.users.changed == 1);
    CHECK(shown.changes.pictures.size() == 1);
    CHECK(directory.plan(document(face)).empty());
    CHECK(directory.plan(document("")).empty());
    const auto renamed = directory.plan(document(R"(,"email":"ada@school.example")"));
    CHECK(renamed.users.changed == 1);
    CHECK(renamed.changes.pictures.empty());
    CHECK(directory.plan(document(R"(,"picture":"")")).users.changed == 1);
}
