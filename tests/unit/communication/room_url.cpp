#include "communication/room_url.hpp"

#include <doctest/doctest.h>

#include <string>

using commhost::communication::is_room_url;

TEST_CASE("a room's address is one that a page may show and a person may follow") {
    for (const auto* good : {"https://chat.test/1", "http://chat.test/", "xmpp:room@chat.test?join", "mailto:a@b.test"})
        CHECK(is_room_url(good));
    for (const auto* bad :
         {"", "file:///etc/passwd", "javascript:alert(1)", "HTTPS//chat.test", "https://chat.test/\n"})
        CHECK_FALSE(is_room_url(bad));
    CHECK(is_room_url("https://" + std::string(2040, 'a')));
    CHECK_FALSE(is_room_url("https://" + std::string(2041, 'a')));
}
