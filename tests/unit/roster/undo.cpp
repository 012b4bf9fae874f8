#include "roster/undo.hpp"

#include "imported_directory.hpp"
#include "roster_fixture.hpp"

#include <doctest/doctest.h>

#include <string>
#include <tuple>
#include <vector>

using namespace commhost;
using test::refusal;
using test::school;

namespace {

const std::string first = R"("users": [{"id": "p1", "username": "a"}, {"id": "p2", "username": "b"}],
    "instances": [{"id": "c1", "name": "Physics"}, {"id": "c2", "name": "Music"}],
    "memberships": [{"instance": "c1", "user": "p1", "role": "teacher"}, {"instance": "c1", "user": "p2", "role": "student"},
                    {"instance": "c2", "user": "p2", "role": "student", "begins": "2026-09-01"}])";
// p1 renamed, p2 gone, p3 new; c1 renamed, c2 gone, c3 new.
const std::string second = R"("users": [{"id": "p1", "username": "ada"}, {"id": "p3", "username": "c"}],
    "instances": [{"id": "c1", "name": "Chemistry"}, {"id": "c3", "name": "Art"}],
    "memberships": [{"instance": "c1", "user": "p1", "role": "student"}, {"instance": "c3", "user": "p3", "role": "student"}])";

}  // namespace

TEST_CASE("undoing an import leaves all as it was before it") {
    test::imported_directory directory;
    directory.import(school("full", first));
    directory.import(school("full", second));
    CHECK_FALSE(directory.plan(school("full", first)).empty());
    directory.undo();
    CHECK(directory.plan(school("full", first)).empty());
    CHECK(directory.members("c1") == "p1 p2");
    CHECK(directory.members("c2") == "p2");
    CHECK(directory.members("c3").empty());
}

TEST_CASE("an undo is undone") {
    test::imported_directory directory;
    directory.import(school("full", first));
    directory.import(school("full", second));
    directory.undo();
    directory.undo();
    CHECK(directory.plan(school("full", second)).empty());
    directory.undo();
    CHECK(directory.plan(school("full", first)).empty());
}

TEST_CASE("undoing the first import leaves nobody") {
    test::imported_directory directory;
    directory.import(school("full", first));
    directory.undo();
    CHECK(directory.members("c1").empty());
    CHECK(directory.plan(school("full", R"("users": [], "instances": [], "memberships": [])")).empty());
}

TEST_CASE("what another source says is left alone by an undo") {
    test::imported_directory directory;
    directory.import(school("full", first));
    directory.source = "clubs";
    directory.import(school("full", R"("memberships": [{"instance": "c1", "user": "p2", "role": "student"}])"));
    directory.source = "default";
    directory.import(school("full", second));
    directory.undo();
    CHECK(directory.plan(school("full", first)).empty());
    directory.source = "clubs";
    CHECK(directory.stored().memberships.size() == 1);
}

TEST_CASE("an approved removal is undone") {
    test::imported_directory directory;
    directory.limits.per_room.number = 0;
    directory.import(school("full", first));
    const auto held = directory.import(school("full", second));
    REQUIRE(held);
    CHECK(directory.members("c1") == "p1 p2");
    directory.approve(*held);
    CHECK(directory.members("c1") == "p1");
    directory.undo();
    CHECK(directory.members("c1") == "p1 p2");
}

TEST_CASE("a picture that was replaced comes back with its content") {
    test::imported_directory directory;
    const std::string one = "data:image/png;base64,iVBORw0KGgo=";
    const std::string other = "data:image/gif;base64,R0lGODlh";
    const auto with = [&](const std::string& picture) {
        return school("full", R"("instances": [{"id": "c1", "name": "Physics", "picture": ")" + picture + "\"}]");
    };
    directory.import(with(one));
    directory.import(with(other));
    directory.undo();
    CHECK(directory.plan(with(one)).empty());
    const auto digest = directory.sql().scalar<std::string>("select picture from directory_instance");
    REQUIRE(digest);
    CHECK(directory::find_picture(directory.sql(), *digest));
}

TEST_CASE("a person's picture comes back with its content, and stays where the import did not speak of it") {
    test::imported_directory directory;
    const auto with = [&](const std::string& more) {
        return school("full", R"("users": [{"id": "p1", "username": "a")" + more + "}]");
    };
    const std::string face = R"(, "picture": "data:image/png;base64,iVBORw0KGgo=")";
    const auto digest = [&] {
        return directory.sql().scalar<std::string>("select picture from directory_user").value();
    };
    directory.import(with(face));
    const auto shown = digest();
    directory.import(with(R"(, "picture": "")"));
    CHECK(digest().empty());
    CHECK_FALSE(directory::find_picture(directory.sql(), shown));
    directory.undo();
    CHECK(digest() == shown);
    CHECK(directory::find_picture(directory.sql(), shown));

    directory.import(with(R"(, "email": "a@school.example")"));
    CHECK(roster::find_undo(directory.sql(), "default").changes.users.updated.at(0).picture == std::nullopt);
}

TEST_CASE("a picture that an import named and left as it was is no part of the undo") {
    test::imported_directory directory;
    const auto with = [&](const std::string& name) {
        const std::string face = R"("picture": "data:image/png;base64,iVBORw0KGgo=")";
        return school("full", R"("users": [{"id": "p1", "username": ")" + name + R"(", )" + face +
                                  R"(}], "instances": [{"id": "c1", "name": ")" + name + R"(", )" + face + "}]");
    };
    directory.import(with("a"));
    directory.import(with("b"));
    const auto back = roster::find_undo(directory.sql(), "default").changes;
    CHECK(back.users.updated.at(0).picture == std::nullopt);
    CHECK(back.instances.updated.at(0).picture == std::nullopt);
    CHECK(back.pictures.empty());
    directory.undo();
    CHECK(directory.plan(with("a")).empty());
}

TEST_CASE("of more pictures than an undo may hold those of instances come first, and of the others it says nothing") {
    test::imported_directory directory;
    const auto with = [&](const std::string& one, const std::string& other) {
        return school("full", R"("users": [{"id": "p1", "username": "a", "picture": ")" + other +
                                  R"("}], "instances": [{"id": "c1", "name": "Physics", "picture": ")" + one + "\"}]");
    };
    directory.import(with("data:image/png;base64,iVBORw0KGgo=", "data:image/gif;base64,R0lGODlh"));
    directory.import(with("", ""));
    directory.undo();
    directory.import(with("", ""));
    auto back = roster::find_undo(directory.sql(), "default").changes;
    CHECK(back.pictures.size() == 2);
    directory.undo();
    back.pictures.clear();
    CHECK(roster::add_pictures(directory.sql(), back, 1) == 1);
    CHECK(back.pictures.size() == 1);
    CHECK(back.instances.updated.at(0).picture == back.pictures.at(0).digest);
    CHECK(back.users.updated.at(0).picture == std::nullopt);
}

TEST_CASE("a picture is given at once also where the person's removal is held") {
    test::imported_directory directory;
    directory.paused_until = 99'000;
    const auto with = [&](const std::string& more) {
        return school("partial", R"("users": [{"id": "p1", "username": "a")" + more +
                                     R"(}], "instances": [{"id": "c1", "name": "Physics"}],
            "memberships": [{"instance": "c1", "user": "p1", "role": "student"}])");
    };
    directory.import(with(""));
    const auto held =
        directory.import(with(R"(, "picture": "data:image/png;base64,iVBORw0KGgo=", "status": "suspended")"));
    REQUIRE(held);
    const auto row = [&] {
        return directory.sql().first<std::string, std::int64_t>("select picture, status from directory_user").value();
    };
    CHECK(std::get<0>(row()).size() == 64);
    CHECK(std::get<1>(row()) == 0);
    // Another picture has come meanwhile, and the one that was named then is stored no more.
    directory.sql().execute("update directory_user set picture = ''");
    directory.sql().execute("delete from directory_picture");
    CHECK(directory.approve(*held) == 0);
    CHECK(row() == std::tuple("", 1));
}

TEST_CASE("a course's picture is given at once also where its hiding is held") {
    test::imported_directory directory;
    directory.paused_until = 99'000;
    const auto with = [&](const std::string& more) {
        return school("partial",
                      R"("users": [{"id": "p1", "username": "a"}], "instances": [{"id": "c1", "name": "Physics")" +
                          more + R"(}], "memberships": [{"instance": "c1", "user": "p1", "role": "student"}])");
    };
    directory.import(with(""));
    const auto held =
        directory.import(with(R"(, "picture": "data:image/png;base64,iVBORw0KGgo=", "status": "hidden")"));
    REQUIRE(held);
    const auto row = [&] {
        return directory.sql()
            .first<std::string, std::int64_t>("select picture, status from directory_instance")
            .value();
    };
    CHECK(std::get<0>(row()).size() == 64);
    CHECK(std::get<1>(row()) == 0);
    directory.sql().execute("update directory_instance set picture = ''");
    directory.sql().execute("delete from directory_picture");
    CHECK(directory.approve(*held) == 0);
    CHECK(row() == std::tuple("", 1));
}

TEST_CASE("what changed since is named, and keeps the whole from being undone") {
    test::imported_directory directory;
    directory.import(school("full", first));
    directory.import(school("full", second));
    const auto last = roster::find_undo(directory.sql(), "default");
    CHECK(roster::moved_since(directory.sql(), last).empty());
    directory.sql().execute("update directory_user set changed = :now where external_id = 'p1'",
                            {{"now", last.at + 1}});
    directory.sql().execute("update directory_instance set changed = :now where external_id = 'c2'",
                            {{"now", last.at + 1}});
    directory.sql().execute("delete from directory_membership where user_id in "
                            "(select id from directory_user where external_id = 'p3')");
    CHECK(roster::moved_since(directory.sql(), last) ==
          std::vector<std::string>{"p1", "school/course/c2", "p3 in school/course/c3"});
}

TEST_CASE("where a membership is there again that an undo would put back, that is told") {
    test::imported_directory directory;
    directory.import(school("full", first));
    directory.import(school("full", second));
    const auto last = roster::find_undo(directory.sql(), "default");
    directory.sql().execute(
        R"(insert into directory_membership (instance_id, user_id, source, reference, role, room_role,
                                                                 status, changed)
                               select i.id, u.id, 'default', '', 'student', 0, 0, 1
                                 from directory_instance i, directory_user u
                                where i.external_id = 'c2' and u.external_id = 'p2')");
    CHECK(roster::moved_since(directory.sql(), last) == std::vector<std::string>{"p2 in school/course/c2"});
}

TEST_CASE("a source of which nothing was applied has nothing to undo") {
    test::imported_directory directory;
    CHECK(refusal([&] { directory.undo(); }).starts_with("ROSTER_UNDO_NOTHING: "));
}
