#include "matrix/room_address.hpp"

#include <core_communication/provider_error.hpp>

#include <doctest/doctest.h>

#include <string>
#include <utility>

using communication_matrix::alias_of;
using communication_matrix::is_alias_of_instance;
using communication_matrix::room_named_by;

TEST_CASE("a room is named by its id, by an alias, and by whatever clients share") {
    const std::pair<std::string, std::string> named[] = {
        {"!abc:example.org", "!abc:example.org"},
        {"!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM", "!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM"},
        {"#physics:example.org", "#physics:example.org"},
        {"https://matrix.to/#/#physics:example.org", "#physics:example.org"},
        {"https://matrix.to/#/%23physics%3Aexample.org", "#physics:example.org"},
        {"https://matrix.to/#/!abc%3Aexample.org?via=example.org&via=other.example", "!abc:example.org"},
        {"https://matrix.to/#/!abc:example.org/$event?via=example.org", "!abc:example.org"},
        {"https://chat.example/#/room/!abc:example.org", "!abc:example.org"},
        {"https://app.element.io/#/room/#a%2Fb:example.org", "#a/b:example.org"},
        {"matrix:r/physics:example.org?action=join", "#physics:example.org"},
        {"matrix:roomid/abc:example.org/e/event?via=example.org", "!abc:example.org"},
    };
    for (const auto& [address, room] : named) {
        CAPTURE(address);
        CHECK(room_named_by(address) == room);
    }
}

TEST_CASE("what names no room is refused") {
    for (const std::string address :
         {"physics", "!", "#", "#physics", "@ada:example.org", "https://matrix.to/#/@ada:example.org",
          "https://example.org", "https://matrix.to/#/%2", "https://matrix.to/#/", "matrix:u/ada:example.org",
          "matrix:r/physics", "matrix:"}) {
        CAPTURE(address);
        try {
            room_named_by(address);
            FAIL("it was taken");
        } catch (const core_communication::provider_error& refused) {
            CHECK(refused.kind() == core_communication::failure::invalid);
            CHECK(std::string(refused.what()).starts_with(address + " names no room"));
        }
    }
}

TEST_CASE("the alias of an instance is told from those that people give") {
    CHECK(alias_of("0123456789abcdef", "example.org") == "#commhost-0123456789abcdef:example.org");
    CHECK(is_alias_of_instance(alias_of("0123456789abcdef", "example.org")));
    CHECK_FALSE(is_alias_of_instance("#physics:example.org"));
    CHECK_FALSE(is_alias_of_instance("commhost-1:example.org"));
}
