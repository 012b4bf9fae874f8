#include "roster/forgetting.hpp"

#include "imported_directory.hpp"

#include <doctest/doctest.h>

#include <string>
#include <tuple>
#include <vector>

using namespace commhost;
using test::school;

namespace {

std::string people(const std::string& list) {
    return R"("users": [)" + list + R"(], "instances": [{"id": "c1", "name": "Physics"}], "memberships": [])";
}

}  // namespace

TEST_CASE("a person who is to be forgotten is taken out of what takes an import back, and the rest can be undone") {
    test::imported_directory directory;
    directory.import(school("full", people(R"({"id": "p_1", "username": "ada"}, {"id": "px1", "username": "bob"})")));
    directory.import(school("full", people(R"({"id": "p_1", "username": "al"}, {"id": "px1", "username": "bo"})")));
    REQUIRE(roster::find_undo(directory.sql(), "default").changes.users.updated.size() == 2);
    roster::forget_person(directory.sql(), "p_1");
    const auto left = roster::find_undo(directory.sql(), "default").changes.users.updated;
    REQUIRE(left.size() == 1);
    CHECK(left[0].username == "bob");
    directory.undo();
    CHECK(directory.sql().scalar<std::string>("select username from directory_user where external_id = 'px1'") ==
          "bob");
}

TEST_CASE("the picture of a person who is to be forgotten goes with them, unless somebody else had it too") {
    test::imported_directory directory;
    const auto with = [&](const std::string& ada, const std::string& bob) {
        return school("full", people(R"({"id": "p1", "username": "ada", "picture": ")" + ada +
                                     R"("}, {"id": "p2", "username": "bob", "picture": ")" + bob + "\"}"));
    };
    const auto kept = [&] { return roster::find_undo(directory.sql(), "default").changes.pictures.size(); };
    const std::string png = "data:image/png;base64,iVBORw0KGgo=";
    const std::string gif = "data:image/gif;base64,R0lGODlh";
    directory.import(with(png, gif));
    directory.import(with("", ""));
    CHECK(kept() == 2);
    const auto exported = roster::changes_with(directory.sql(), "p1");
    REQUIRE(exported.size() == 1);
    CHECK(exported[0].changes.find("iVBORw0KGgo=") != std::string::npos);
    CHECK(exported[0].changes.find("R0lGODlh") == std::string::npos);
    roster::forget_person(directory.sql(), "p1");
    CHECK(kept() == 1);

    directory.import(with(gif, gif));
    directory.import(with("", ""));
    roster::forget_person(directory.sql(), "p1");
    CHECK(kept() == 1);
}

TEST_CASE("somebody whose id differs in capitals only is another person") {
    test::imported_directory directory;
    directory.import(school("full", people(R"({"id": "P1", "username": "ada"}, {"id": "p1", "username": "bob"})")));
    roster::forget_person(directory.sql(), "P1");
    const auto left = roster::find_undo(directory.sql(), "default").changes.users.deleted;
    CHECK(left == std::vector<std::string>{"p1"});
}

TEST_CASE("of held removals those of a person who is to be forgotten go, and the others wait on") {
    test::imported_directory directory;
    directory.paused_until = 99'000;
    const auto three = people(R"({"id": "p1", "username": "ada"}, {"id": "p2", "username": "bob"},
                                 {"id": "p3", "username": "cid"})");
    const auto with = [&](const std::string& scope, const std::string& memberships) {
        auto rest = three;
        rest.replace(rest.find("[]"), 2, "[" + memberships + "]");
        return school(scope, rest);
    };
    const auto member = [](const std::string& id, const std::string& status = "active") {
        return R"({"instance": "c1", "user": ")" + id + R"(", "role": "student", "status": ")" + status + "\"}";
    };
    directory.import(with("full", member("p1") + ", " + member("p2") + ", " + member("p3")));
    // A delta source does not say again whom it has removed once.
    REQUIRE(directory.import(with("partial", member("p2", "deleted") + ", " + member("p3", "deleted"))).has_value());
    roster::forget_person(directory.sql(), "p1");
    CHECK(roster::list_held(directory.sql()).at(0).removals == 2);
    roster::forget_person(directory.sql(), "p2");
    const auto held = roster::list_held(directory.sql());
    REQUIRE(held.size() == 1);
    CHECK(held[0].removals == 1);
    const auto texts = directory.sql().first<std::string, std::string>("select changes, was from roster_held");
    CHECK(std::get<0>(*texts).find("\"p2\"") == std::string::npos);
    CHECK(std::get<1>(*texts).find("\"p2\"") == std::string::npos);
    CHECK(directory.approve(held[0].id) == 0);
    CHECK(directory.members("c1") == "p1 p2");
}

TEST_CASE("removals that were one person's alone are held no more with the person") {
    test::imported_directory directory;
    directory.paused_until = 99'000;
    directory.import(school("full", people(R"({"id": "p1", "username": "ada"}, {"id": "p2", "username": "bob"})")));
    REQUIRE(directory.import(school("partial", R"("users": [{"id": "p2", "username": "bob", "status": "deleted"}])")));
    roster::forget_person(directory.sql(), "p2");
    CHECK(roster::list_held(directory.sql()).empty());
}

TEST_CASE("an undo that would merge somebody into a person who is forgotten merges them into nobody") {
    test::imported_directory directory;
    const std::string into = R"({"id": "p1", "username": "ada"})";
    directory.import(school("full", people(into + R"(, {"id": "p2", "username": "al", "merged_into": "p1"})")));
    directory.import(school("full", people(into + R"(, {"id": "p2", "username": "al"})")));
    roster::forget_person(directory.sql(), "p1");
    directory.sql().execute("update directory_user set external_id = 'erased-1' where external_id = 'p1'");
    directory.undo();
    CHECK(directory::find_user(directory.sql(), "p2").value().record.merged_into.empty());
}

TEST_CASE("what is kept of a person to take imports back, and of what is held, is told without the others") {
    test::imported_directory directory;
    directory.import(school("full", people(R"({"id": "p1", "username": "ada"}, {"id": "p2", "username": "bob"})")));
    const auto back = roster::changes_with(directory.sql(), "p1");
    REQUIRE(back.size() == 1);
    CHECK(back[0].source == "default");
    CHECK(!back[0].held);
    CHECK(back[0].changes.find("\"p1\"") != std::string::npos);
    CHECK(back[0].changes.find("p2") == std::string::npos);

    directory.paused_until = 99'000;
    REQUIRE(directory.import(school("partial", R"("users": [{"id": "p2", "username": "bob", "status": "deleted"}])")));
    const auto held = roster::changes_with(directory.sql(), "p2");
    REQUIRE(held.size() == 1);
    CHECK(held[0].held == roster::list_held(directory.sql()).at(0).id);
    CHECK(held[0].changes.find("\"p2\"") != std::string::npos);
    CHECK(held[0].was.find("bob") != std::string::npos);
    CHECK(roster::changes_with(directory.sql(), "p").empty());
    roster::forget_person(directory.sql(), "p2");
    CHECK(roster::changes_with(directory.sql(), "p2").empty());
}

TEST_CASE("of what is kept of a whole school no text is read that does not name the person") {
    test::imported_directory directory;
    directory.import(school("full", people(R"({"id": "p1", "username": "ada"}, {"id": "p2", "username": "bob"})")));
    auto& on = directory.sql();
    for (int number = 0; number < 20; ++number) {
        // Nobody reads these: they are no changes.
        on.execute("insert into roster_undo (source, at, changes) values (:source, 1, 'of \"p3\"')",
                   {{"source", "s" + std::to_string(number)}});
        on.execute("insert into roster_held (source, at, removals, rooms, because, changes, was) "
                   "values ('s', 1, 1, 1, 'room', 'of \"p3\"', '')");
    }
    auto before = on.statements();
    CHECK(roster::changes_with(on, "p1").size() == 1);
    CHECK(on.statements() - before == 3);
    before = on.statements();
    roster::forget_person(on, "p1");
    CHECK(on.statements() - before == 4);
    CHECK(roster::changes_with(on, "p1").empty());
    CHECK_THROWS(roster::changes_with(on, "p3"));
}
