#include "roster/oneroster.hpp"

#include "roster/date.hpp"
#include "roster_fixture.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace commhost;
using core_communication::room_role;
using roster::scope;
using test::lines;
using test::problems_of;
using test::refusal;
using test::small_package;

namespace {

roster::roster read_with(const std::string& file, const std::string& more) {
    auto package = small_package();
    package.files[file] += more;
    return roster::read_oneroster(package);
}

std::string refused_with(const std::string& file, const std::string& content) {
    auto package = small_package();
    package.files[file] = content;
    return refusal([&] { roster::read_oneroster(package); });
}

std::string refused_fixture(const std::string& name) {
    return refusal(
        [&] { roster::read_oneroster(*roster::open_package(test::fixtures / "oneroster/structural" / name)); });
}

}  // namespace

TEST_CASE("classes become instances, users users, and enrolments memberships with their dates") {
    const auto read = roster::read_oneroster(small_package());
    CHECK(problems_of(read.problems).empty());
    CHECK(read.users_scope == scope::full);
    CHECK(read.instances_scope == scope::full);
    CHECK(read.memberships_scope == scope::full);
    REQUIRE(read.users.size() == 2);
    CHECK(read.users[0].record == directory::user_record{"u1", "ada", "Ada", "Lovelace", "Ada Lovelace",
                                                         "ada@school.example", directory::user_status::active});
    REQUIRE(read.instances.size() == 1);
    CHECK(read.instances[0].record.key == directory::instance_key{"oneroster", "class", "c1"});
    CHECK(read.instances[0].record.name == "Physics");
    CHECK(read.instances[0].record.topic == "PHY-1");
    REQUIRE(read.memberships.size() == 2);
    CHECK(read.memberships[0].record.key == directory::membership_key{{"oneroster", "class", "c1"}, "u1", "e1"});
    CHECK(read.memberships[0].record.role == "teacher");
    CHECK(read.memberships[0].record.room_role == room_role::moderator);
    CHECK(read.memberships[0].record.begins == std::nullopt);
    CHECK(read.memberships[1].record.begins == roster::parse_date("2026-09-01"));
    CHECK(read.memberships[1].record.ends == roster::parse_date("2027-07-01"));
    CHECK(read.where(read.memberships[1].from).text() == "enrollments.csv:3");
}

TEST_CASE("the topic is made of course title, class code and term, as far as they are there") {
    auto package = small_package();
    package.files["manifest.csv"] += "file.courses,bulk\nfile.academicSessions,bulk\n";
    package.files["courses.csv"] = "sourcedId,status,title\nk1,,Natural Science\n";
    package.files["academicSessions.csv"] = "sourcedId,status,title\nt1,,Autumn\n";
    package.files["classes.csv"] = "sourcedId,title,courseSourcedId,classCode,termSourcedIds\n"
                                   "c1,Physics,k1,PHY-1,\"t1,t2\"\nc2,Art,k9,,t9\nc3,Natural Science,k1,,\n";
    const auto read = roster::read_oneroster(package);
    CHECK(read.instances[0].record.topic == "Natural Science - PHY-1 - Autumn");
    CHECK(read.instances[1].record.topic == "");
    CHECK(read.instances[2].record.topic == "");
    CHECK(problems_of(read.problems).empty());
}

TEST_CASE("the sample school is read without a problem") {
    const auto read = roster::read_oneroster(*roster::open_package(test::fixtures / "sample_school"));
    CHECK(problems_of(read.problems).empty());
    CHECK(read.users.size() == 200);
    CHECK(read.instances.size() == 12);
}

TEST_CASE("a package is refused as a whole when what it lacks could be mistaken for everybody having left") {
    CHECK(refused_fixture("no_manifest").starts_with("ROSTER_NO_MANIFEST: "));
    CHECK(refused_fixture("no_version").starts_with("ROSTER_VERSION: manifest.csv: "));
    CHECK(refused_fixture("unknown_version").starts_with("ROSTER_VERSION: manifest.csv:3: "));
    CHECK(refused_fixture("unknown_mode").starts_with("ROSTER_MODE: manifest.csv:16: "));
    CHECK(refused_fixture("declared_file_missing").starts_with("ROSTER_FILE_MISSING: manifest.csv:11: "));
    CHECK(refused_fixture("empty_file").starts_with("ROSTER_FILE_EMPTY: enrollments.csv: "));
    CHECK(refused_fixture("required_column_missing").starts_with("ROSTER_COLUMN_MISSING: enrollments.csv:1: "));
    CHECK(refused_fixture("column_twice").starts_with("ROSTER_COLUMN_TWICE: enrollments.csv:1: "));
    CHECK(refused_fixture("not_utf8").starts_with("ROSTER_ENCODING: users.csv:3: "));
    CHECK(refused_fixture("unclosed_quote").starts_with("ROSTER_QUOTE: classes.csv:2: "));
}

TEST_CASE("each column that is needed is needed") {
    CHECK(refused_with("users.csv", "sourcedId,username,givenName,familyName\n").find("'enabledUser'") !=
          std::string::npos);
    CHECK(refused_with("users.csv", "sourcedId,enabledUser,givenName,familyName\n").find("'username'") !=
          std::string::npos);
    CHECK(refused_with("classes.csv", "sourcedId\n").find("'title'") != std::string::npos);
    CHECK(refused_with("enrollments.csv", "sourcedId,classSourcedId,userSourcedId\n").find("'role'") !=
          std::string::npos);
}

TEST_CASE("a delta file needs its status, without which nobody could be named as gone") {
    auto package = small_package();
    package.files["manifest.csv"] = "propertyName,value\noneroster.version,1.2\nfile.users,delta\n";
    CHECK(roster::read_oneroster(package).users_scope == scope::partial);
    package.files["users.csv"] = "sourcedId,enabledUser,username,givenName,familyName\n";
    CHECK(refusal([&] { roster::read_oneroster(package); }).starts_with("ROSTER_COLUMN_MISSING: "));
}

TEST_CASE("files of only a header are a school in which nobody is") {
    auto package = small_package();
    package.files["enrollments.csv"] = "sourcedId,classSourcedId,userSourcedId,role\n";
    const auto read = roster::read_oneroster(package);
    CHECK(read.memberships.empty());
    CHECK(read.memberships_scope == scope::full);
}

TEST_CASE("a file that the manifest calls absent, or says nothing of, tells nothing, and that is noted") {
    auto package = small_package();
    package.files["manifest.csv"] = "propertyName,value\noneroster.version,1.1\nfile.users,absent\nfile.classes\n";
    const auto read = roster::read_oneroster(package);
    CHECK(read.users.empty());
    CHECK(read.users_scope == scope::partial);
    CHECK(read.memberships_scope == scope::partial);
    CHECK(problems_of(read.problems) == lines{"ROSTER_NOT_DECLARED users.csv", "ROSTER_NOT_DECLARED classes.csv",
                                              "ROSTER_NOT_DECLARED enrollments.csv"});
    CHECK(read.problems.left_out() == 0);
}

TEST_CASE("an announced file that rooms do not need may be missing") {
    auto package = small_package();
    package.files["manifest.csv"] += "file.orgs,bulk\nfile.academicSessions,bulk\nfile.lineItems,bulk\n";
    const auto read = roster::read_oneroster(package);
    CHECK(problems_of(read.problems) ==
          lines{"ROSTER_OPTIONAL_MISSING manifest.csv:7", "ROSTER_OPTIONAL_MISSING manifest.csv:8"});
    CHECK(read.problems.left_out() == 0);
    CHECK(read.memberships.size() == 2);
}

TEST_CASE("the untidy package: each row as its README says") {
    const auto read = roster::read_oneroster(*roster::open_package(test::fixtures / "oneroster/untidy"));
    CHECK(problems_of(read.problems) == lines{"ROSTER_CELLS users.csv:8", "ROSTER_TWICE users.csv:9",
                                              "ROSTER_NOBODY_GONE users.csv", "ROSTER_USERNAME_TWICE users.csv:11",
                                              "ROSTER_VALUE_MISSING users.csv:12", "ROSTER_VALUE users.csv:13",
                                              "ROSTER_CELLS users.csv:14", "ROSTER_VALUE users.csv:16",
                                              "ROSTER_REFERENCE classes.csv:6", "ROSTER_VALUE_MISSING classes.csv:9",
                                              "ROSTER_TWICE enrollments.csv:11", "ROSTER_ROLE enrollments.csv:15",
                                              "ROSTER_VALUE enrollments.csv:17", "ROSTER_CELLS enrollments.csv:21"});
    CHECK(read.unreadable_users == lines{"usr-guro", "usr-ida", "usr-kaja", "usr-lars", "usr-nils"});
    CHECK(read.unreadable_instances == std::vector<directory::instance_key>{{"oneroster", "class", "cls-drama"}});
    CHECK(read.unreadable_memberships == lines{"enr-09", "enr-15", "enr-19"});
    CHECK(read.instances[2].record.name == "Chess for everybody");
    CHECK(read.instances[3].record.name == "Latin \"ab ovo\"");
    CHECK(read.instances[4].record.status == directory::instance_status::hidden);
    CHECK(read.instances[1].removed);
    CHECK(read.users.back().record.username == "marit.wold");
}

TEST_CASE("nobody gets the id of somebody who was erased, and who has one may go") {
    const auto read = read_with("users.csv", "erased-17,,true,grace,Grace,Hopper,\n"
                                             "erased-18,tobedeleted,,,,,\n"
                                             "erased-,,true,alonzo,Alonzo,Church,\n"
                                             "erased-1a,,true,kurt,Kurt,Goedel,\n");
    CHECK(problems_of(read.problems) == lines{"ROSTER_ERASED_ID users.csv:4"});
    CHECK(read.unreadable_users == lines{"erased-17"});
    CHECK(read.users_scope == roster::scope::full);
    REQUIRE(read.users.size() == 5);
    CHECK(read.users[2].removed);
    CHECK(read.users[3].record.external_id == "erased-");
}

TEST_CASE("who is inactive or may not sign in is suspended, and who is to be deleted is removed") {
    const auto read = read_with("users.csv", "u3,inactive,TRUE,grace,Grace,Hopper,\n"
                                             "u4,active,False,alonzo,Alonzo,Church,\n"
                                             "u5,ToBeDeleted,,,,,\n");
    CHECK(read.users[2].record.status == directory::user_status::suspended);
    CHECK(read.users[3].record.status == directory::user_status::suspended);
    CHECK(read.users[4].removed);
    CHECK(problems_of(read.problems).empty());
}

TEST_CASE("version 1.2 tells how people want to be called") {
    auto package = small_package();
    package.files["users.csv"] =
        "sourcedId,status,enabledUser,username,givenName,familyName,preferredGivenName,preferredFamilyName\n"
        "u1,,true,mj,Mary,Jones,MJ,\nu2,,true,tp,Thomas,Paul,,Paulsy\nu3,,true,solo,,Solo,,\n";
    const auto read = roster::read_oneroster(package);
    CHECK(read.users[0].record.display_name == "MJ Jones");
    CHECK(read.users[1].record.display_name == "Thomas Paulsy");
    CHECK(read.users[2].record.display_name == "Solo");
}

TEST_CASE("names of ten thousand characters leave their row out") {
    const auto read = read_with("users.csv", "u3,,true,long," + std::string(10'000, 'x') + ",L,\n" + "u4,,true," +
                                                 std::string(10'000, 'y') + ",M,L,\n" + std::string(10'000, 'z') +
                                                 ",,true,last,M,L,\n");
    CHECK(problems_of(read.problems) == lines{"ROSTER_VALUE_LONG users.csv:4", "ROSTER_VALUE_LONG users.csv:5",
                                              "ROSTER_VALUE_LONG users.csv:6", "ROSTER_NOBODY_GONE users.csv"});
    CHECK(read.users.size() == 2);
    CHECK(read.unreadable_users == lines{"u3", "u4"});
}

TEST_CASE("an enrolment's unreadable date leaves its row out, unless dates are ignored") {
    const auto read = read_with("enrollments.csv", "e3,,c1,u2,student,someday,\n");
    CHECK(problems_of(read.problems) == lines{"ROSTER_VALUE enrollments.csv:4"});
    auto package = small_package();
    package.files["enrollments.csv"] += "e3,,c1,u2,student,someday,\n";
    roster::reading how;
    how.ignore_dates = true;
    const auto without = roster::read_oneroster(package, how);
    CHECK(problems_of(without.problems).empty());
    REQUIRE(without.memberships.size() == 3);
    CHECK(without.memberships[1].record.begins == std::nullopt);
    CHECK(without.memberships[1].record.ends == std::nullopt);
}

TEST_CASE("roles are mapped by the table handed in; a role it lacks gets the least and is noted") {
    auto package = small_package();
    package.files["enrollments.csv"] =
        "sourcedId,classSourcedId,userSourcedId,role\ne1,c1,u1,Teacher\ne2,c1,u1,administrator\ne3,c1,u1,aide\n"
        "e4,c1,u1,proctor\ne5,c1,u1,student\ne6,c1,u1,mascot\n";
    const auto roles_of = [](const roster::roster& read) {
        std::vector<room_role> roles;
        for (const auto& entry : read.memberships) roles.push_back(entry.record.room_role);
        return roles;
    };
    const auto read = roster::read_oneroster(package);
    using enum room_role;
    CHECK(roles_of(read) == std::vector{moderator, owner, moderator, member, member, member});
    CHECK(problems_of(read.problems) == lines{"ROSTER_ROLE enrollments.csv:7"});
    CHECK(read.problems.left_out() == 0);
    roster::reading how;
    how.roles = {{"mascot", owner}};
    CHECK(roles_of(roster::read_oneroster(package, how)) == std::vector{member, member, member, member, member, owner});
}

TEST_CASE("what users.csv says besides is kept as fields, but for the password, and never costs a person their row") {
    auto package = small_package();
    package.files["users.csv"] =
        "sourcedId,enabledUser,username,givenName,familyName,identifier,phone,sms,grades,password,userIds\n"
        "u1,true,ada,Ada,Lovelace,4711,+47 1,,\"09,10\",secret,{LDAP:ada}\nu2,true,alan,Alan,Turing,,,,,secret,\n"
        "u3,true,eve,Eve,Moneypenny," +
        std::string(1001, '7') + ",+47 3,,,,\n";
    const auto read = roster::read_oneroster(package);
    REQUIRE(read.users.size() == 3);
    CHECK(read.users[0].record.fields ==
          directory::profile_fields{{"grades", "09,10"}, {"identifier", "4711"}, {"phone", "+47 1"}});
    CHECK(read.users[1].record.fields.empty());
    CHECK(read.users[2].record.fields == directory::profile_fields{{"phone", "+47 3"}});
    CHECK(problems_of(read.problems) == lines{"ROSTER_FIELD_LONG users.csv:4"});
    CHECK(read.problems.left_out() == 0);
}
