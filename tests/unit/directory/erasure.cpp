#include "directory/erasure.hpp"

#include "directory_fixture.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

using namespace commhost;
using namespace commhost::test;

TEST_CASE("who is to be erased leaves all instances and all sources at once, and is told of at last") {
    directory_fixture directory;
    auto more = changes_of("other");
    more.claimed_users = {"u1"};
    more.memberships.inserted = {enrolment("c2", "u1", "x1")};
    directory.apply(more);
    const auto u1 = directory.user("u1").id;
    const auto revision = directory::revision(directory.sql());

    CHECK(directory::begin_erasure(directory.sql(), u1, 2000) ==
          instance_ids{directory.instance("c1"), directory.instance("c2")});
    CHECK(directory::revision(directory.sql()) == revision + 1);
    CHECK(directory.user("u1").record.status == directory::user_status::deleted);
    CHECK(directory.members("c1").size() == 1);
    CHECK(directory.members("c2").size() == 1);
    REQUIRE(directory::erasures_under_way(directory.sql()).size() == 1);
    CHECK(directory::erasures_under_way(directory.sql()).front().user == u1);
    CHECK(directory::begin_erasure(directory.sql(), u1, 2500).empty());
    CHECK(directory::find_erasure(directory.sql(), u1)->asked == 2000);

    CHECK(directory::finish_erasures(directory.sql(), std::array{u1}, 3000).people.size() == 1);
    CHECK(directory::erasures_under_way(directory.sql()).empty());
    CHECK(directory::find_erasure(directory.sql(), u1)->done == 3000);
    CHECK(!directory::find_user(directory.sql(), "u1"));
    const auto left = directory::find_user(directory.sql(), u1).value().record;
    const auto name = "erased-" + std::to_string(static_cast<std::int64_t>(u1));
    CHECK(left == directory::user_record{name, name, "", "", "", "", directory::user_status::deleted, {}, {}, ""});
    CHECK(directory.user("u2").record == person("u2"));
}

TEST_CASE("the end of an erasure has plans of before refused where a picture goes with it, and else disturbs none") {
    directory_fixture directory;
    const auto u1 = directory.user("u1").id;
    bool goes = false;
    SUBCASE("without one") {}
    SUBCASE("with a picture that nobody else has") { goes = true; }
    if (goes) {
        directory.sql().execute(
            "insert into directory_picture (digest, media_type, content) values ('aa', 'image/png', '')");
        directory.sql().execute("update directory_user set picture = 'aa' where id = :user", {{"user", u1}});
    }
    directory::begin_erasure(directory.sql(), u1, 2000);
    const auto before = directory::revision(directory.sql());
    CHECK(directory::finish_erasures(directory.sql(), std::array{u1}, 3000).people.size() == 1);
    CHECK(directory::revision(directory.sql()) == before + (goes ? 1 : 0));
}

TEST_CASE("who is erased gets an id that nobody has") {
    directory_fixture directory;
    const auto u1 = directory.user("u1").id;
    const auto number = std::to_string(static_cast<std::int64_t>(u1));
    const std::vector<std::string> taken{"erased-" + number, "erased-0" + number};
    auto more = changes_of("sis");
    for (const auto& name : taken) more.users.inserted.push_back(person(name));
    directory.apply(more);
    directory::begin_erasure(directory.sql(), u1, 2000);
    CHECK(directory::finish_erasures(directory.sql(), std::array{u1}, 3000).people.size() == 1);
    for (const auto& name : taken) CHECK(directory.user(name).record == person(name));
    const auto left = directory::find_user(directory.sql(), u1).value().record.external_id;
    CHECK(left == "erased-00" + number);
    CHECK(directory::is_erased_name(left));
}

TEST_CASE(
    "of several who are erased at once each gets an id that nobody had, and who is named again is not one of them") {
    directory_fixture directory;
    const auto u1 = directory.user("u1").id;
    const auto u2 = directory.user("u2").id;
    const auto u3 = directory.user("u3").id;
    const auto number = [](directory::user_id id) { return std::to_string(static_cast<std::int64_t>(id)); };
    // As a roster might name somebody that was read before such ids were refused.
    directory.sql().execute("update directory_user set external_id = :name where id = :id",
                            {{"name", "erased-" + number(u1)}, {"id", u2}});
    for (const auto each : {u1, u2, u3}) directory::begin_erasure(directory.sql(), each, 2000);
    auto back = changes_of("sis");
    back.users.updated = {person("u3")};
    directory.apply(back);
    const auto finished = directory::finish_erasures(directory.sql(), std::array{u1, u2, u3}, 3000);
    CHECK(finished.people == std::vector{u1, u2});
    CHECK(directory::find_user(directory.sql(), u1).value().record.external_id == "erased-0" + number(u1));
    CHECK(directory::find_user(directory.sql(), u2).value().record.external_id == "erased-" + number(u2));
    CHECK(directory.user("u3").record == person("u3"));
    CHECK(!directory::find_erasure(directory.sql(), u3));
}

TEST_CASE("who is erased is merged into nobody any more") {
    directory_fixture directory;
    auto merged = changes_of("sis");
    merged.users.updated = {person("u1")};
    merged.users.updated.front().merged_into = "u2";
    directory.apply(merged);
    const auto u1 = directory.user("u1").id;
    REQUIRE(directory.user("u1").record.merged_into == "u2");
    directory::begin_erasure(directory.sql(), u1, 2000);
    CHECK(directory::finish_erasures(directory.sql(), std::array{u1}, 3000).people.size() == 1);
    CHECK(directory::find_user(directory.sql(), u1).value().record.merged_into.empty());
}

TEST_CASE("whom a source names again meanwhile is not erased") {
    directory_fixture directory;
    const auto u1 = directory.user("u1").id;
    directory::begin_erasure(directory.sql(), u1, 2000);
    auto back = changes_of("sis");
    back.users.updated = {person("u1")};
    directory.apply(back);
    CHECK(directory::finish_erasures(directory.sql(), std::array{u1}, 3000).people.empty());
    CHECK(directory.user("u1").record == person("u1"));
    CHECK(!directory::find_erasure(directory.sql(), u1));
}
