#include <core_communication/http_service.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace core_communication;

TEST_CASE("each method has the name that HTTP gives it") {
    CHECK(std::string(to_string(http_method::get)) == "GET");
    CHECK(std::string(to_string(http_method::put)) == "PUT");
    CHECK(std::string(to_string(http_method::post)) == "POST");
    CHECK(std::string(to_string(http_method::patch)) == "PATCH");
    CHECK(std::string(to_string(http_method::delete_)) == "DELETE");
    CHECK(std::string(to_string(static_cast<http_method>(99))) == "unknown");
}

TEST_CASE("what RFC 3986 calls unreserved stays, every other byte is encoded") {
    CHECK(percent_encode("").empty());
    CHECK(percent_encode("AZaz09-._~") == "AZaz09-._~");
    CHECK(percent_encode("!room:example.org") == "%21room%3Aexample.org");
    CHECK(percent_encode("a b/c?d=e&f#g%+") == "a%20b%2Fc%3Fd%3De%26f%23g%25%2B");
    CHECK(percent_encode("\u00fc") == "%C3%BC");
    CHECK(percent_encode(std::string("\0\xFF", 2)) == "%00%FF");
}
