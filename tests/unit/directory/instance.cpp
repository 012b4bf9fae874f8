#include "directory/instance.hpp"

#include "directory/codes.hpp"
#include "directory_fixture.hpp"
#include "message/error.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace commhost;
using namespace commhost::test;

TEST_CASE("instances are found by number, by key and all in order") {
    directory_fixture directory;
    const auto id = directory.instance("c2");
    CHECK(directory::find_instance(directory.sql(), id)->key == course("c2"));
    CHECK(directory::find_instance(directory.sql(), directory::instance_id{999}) == std::nullopt);
    CHECK(directory::find_instance(directory.sql(), course("none")) == std::nullopt);
    const auto all = directory::list_instances(directory.sql());
    REQUIRE(all.size() == 2);
    CHECK(all[0].key == course("c1"));
    CHECK(all[1].key == course("c2"));
}

TEST_CASE("several instances are fetched with one statement, missing ones left out") {
    directory_fixture directory;
    const std::array ids{directory.instance("c2"), directory::instance_id{999}, directory.instance("c1")};
    const auto before = directory.sql().statements();
    const auto found = directory::find_instances(directory.sql(), ids);
    CHECK(directory.sql().statements() == before + 1);
    REQUIRE(found.size() == 2);
    CHECK(found[0].id < found[1].id);
}

TEST_CASE("choosing a provider for an instance that does not exist is refused") {
    directory_fixture directory;
    try {
        directory::set_provider(directory.sql(), directory::instance_id{999}, "matrix", 1);
        FAIL("accepted");
    } catch (const message::error& refused) {
        CHECK(refused.code() == directory::DIRECTORY_INSTANCE);
    }
}

TEST_CASE("each status of an instance has a word") {
    CHECK(directory::to_string(directory::instance_status::active) == "active");
    CHECK(directory::to_string(directory::instance_status::hidden) == "hidden");
    CHECK(directory::to_string(directory::instance_status::deleted) == "deleted");
}

TEST_CASE("instances are found by what an admin calls them") {
    directory_fixture directory;
    CHECK(directory::instances_called(directory.sql(), "c1").at(0).id == directory.instance("c1"));
    CHECK(directory::instances_called(directory.sql(), "oneroster/class/c1").size() == 1);
    CHECK(directory::instances_called(directory.sql(), "class/c1").empty());
}
