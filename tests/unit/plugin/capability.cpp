#include "plugin/capability.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string_view>

using namespace commhost::plugin;

TEST_CASE("every capability has a name of its own, and is found by it") {
    std::set<std::string_view> names;
    for (const auto which : every_capability) {
        CHECK(capability_of(to_string(which)) == which);
        names.insert(to_string(which));
    }
    CHECK(names.size() == every_capability.size());
    CHECK(names.contains("room_archive_provider"));
    CHECK(names.contains("room_adopt_provider"));
    CHECK_FALSE(capability_of("unknown").has_value());
}

TEST_CASE("what is done to rooms needs rooms") {
    for (const auto which :
         {capability::room_user_provider, capability::room_archive_provider, capability::room_adopt_provider}) {
        CHECK(without_room({which}) == which);
        CHECK_FALSE(without_room({capability::room_chat_provider, which}).has_value());
    }
    CHECK_FALSE(without_room({capability::user_provider, capability::diagnostic_provider}).has_value());
    CHECK_FALSE(without_room({}).has_value());
}
