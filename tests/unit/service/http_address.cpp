#include "service/http_address.hpp"

#include <core_communication/provider_error.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace commhost;

TEST_CASE("an origin is scheme, host and port, however they are written") {
    CHECK(service::origin_of("https://Chat.Example.org/a?b#c") == "https://chat.example.org:443");
    CHECK(service::origin_of("HTTP://chat.example.org") == "http://chat.example.org:80");
    CHECK(service::origin_of("https://chat.example.org:8448/") == "https://chat.example.org:8448");
    CHECK(service::origin_of("https://chat.example.org:/") == "https://chat.example.org:443");
    CHECK(service::origin_of("https://%63hat.example.org/") == "https://chat.example.org:443");
    CHECK(service::origin_of("http://[::1]:8008/") == "http://[::1]:8008");
}

TEST_CASE("what is no plain http address has no origin") {
    for (const std::string url :
         {"", "chat.example.org", "/path", "ftp://chat.example.org", "file:///etc/passwd", "http://",
          "https://anna:secret@chat.example.org/", "https://chat.example.org@evil.example/",
          "https://chat.example.org:0/", "https://chat.example.org:99999/", "https://chat.example.org/a b",
          "https://chat.example.org\\@evil.example/", "https://chat.example.org/\n",
          "https://evil.example%2Fchat.example.org/", "https://anna%40chat.example.org/", "https://chat%0A/",
          "https://chat%C3%A4.example.org/"}) {
        INFO(url);
        try {
            service::origin_of(url);
            FAIL("accepted");
        } catch (const core_communication::provider_error& error) {
            CHECK(error.kind() == core_communication::failure::invalid);
        }
    }
}

TEST_CASE("a shown URL has no user info, no fragment and no query values but short numbers") {
    CHECK(service::shown_url(
              "https://anna:secret@chat.example.org:8448/a%2Fb?access_token=abc&limit=100&x&pin=1234567#y") ==
          "https://chat.example.org:8448/a%2Fb?access_token=***&limit=100&x&pin=***");
    CHECK(service::shown_url("no url") == "(not a URL)");
}

TEST_CASE("a query without parameters is shown as it is, with a fragment behind it too") {
    CHECK(service::shown_url("https://x/?#f") == "https://x/?");
    CHECK(service::shown_url("https://x/?") == "https://x/?");
    CHECK(service::shown_url("https://x/?&a=&=b") == "https://x/?&a=&=***");
}
