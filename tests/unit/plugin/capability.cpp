#include "plugin/capability.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string_view>
#include <utility>

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
    CHECK(names.contains("account_standing_provider"));
    CHECK_FALSE(capability_of("unknown").has_value());
}

TEST_CASE("what is done to rooms needs rooms, what is repaired a diagnosis, and what is closed accounts") {
    for (const auto& [which, needed] : {std::pair(capability::room_user_provider, capability::room_chat_provider),
                                        std::pair(capability::room_archive_provider, capability::room_chat_provider),
                                        std::pair(capability::room_adopt_provider, capability::room_chat_provider),
                                        std::pair(capability::repair_provider, capability::diagnostic_provider),
                                        std::pair(capability::account_standing_provider, capability::user_provider)}) {
        const auto alone = lonely({which});
        REQUIRE(alone.has_value());
        CHECK(alone->has == which);
        CHECK(alone->needs == needed);
        CHECK_FALSE(lonely({needed, which}).has_value());
    }
    CHECK_FALSE(lonely({capability::user_provider, capability::diagnostic_provider}).has_value());
    CHECK_FALSE(lonely({}).has_value());
}
