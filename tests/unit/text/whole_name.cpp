#include "text/whole_name.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using commhost::text::has_name;
using commhost::text::with_name_replaced;
using commhost::text::written_by;

namespace {

/// Of an error.
std::string told(std::string_view text, std::string_view name) {
    return with_name_replaced(text, name, "***", written_by::people);
}

/// Of what a program keeps.
std::string kept(std::string_view text, std::string_view name) {
    return with_name_replaced(text, name, "***", written_by::program);
}

constexpr std::string_view matrix_id = "@ada:school.example";
constexpr std::string_view address = "ada@school.example";  // of XMPP or mail

}  // namespace

TEST_CASE("a name that is a part of another name is left") {
    CHECK(told("@adam, @ada-2, @ada.l, @ada_l, @ada+l, bob@ada and @ada", "@ada") ==
          "@adam, @ada-2, @ada.l, @ada_l, @ada+l, bob@ada and ***");
    CHECK(told("adam, nevada, ada.lovelace, #ada, @ada:school.example and ada", "ada") ==
          "adam, nevada, ada.lovelace, #ada, @ada:school.example and ***");
    CHECK(told("@ada:school.example.org and @ada:school.example:8448", matrix_id) ==
          "@ada:school.example.org and @ada:school.example:8448");
    CHECK(told("nevada@school.example, x.ada@school.example, ada@school.example.org", address) ==
          "nevada@school.example, x.ada@school.example, ada@school.example.org");
    CHECK(told("@bob:ada, !room:ada", "ada") == "@bob:ada, !room:ada");
    CHECK(told("Adaß, adá, ada\u0301", "ada") == "Adaß, adá, ada\u0301");
    CHECK(told("@x=2fada:b", "ada") == "@x=2fada:b");
    CHECK(told("@ada=2fx:b", "@ada") == "@ada=2fx:b");
}

TEST_CASE("in a sentence a name ends where the sentence or its part does") {
    CHECK(told("@ada is there. So is @ada. And @ada: @ada! @ada... (@ada), '@ada', \"@ada\"; @ada's", "@ada") ==
          "*** is there. So is ***. And ***: ***! ***... (***), '***', \"***\"; ***'s");
    CHECK(told("`@ada`, „@ada“, «@ada» – “@ada”…", "@ada") == "`***`, „***“, «***» – “***”…");
    CHECK(told("Ada Lovelace. Ada Lovelaces", "Ada Lovelace") == "***. Ada Lovelaces");
    CHECK(told("@ada:school.example:not here", matrix_id) == "***:not here");
    CHECK(told("ada@school.example:rejected", address) == "***:rejected");
}

TEST_CASE("in a sentence a name may be a part of an address") {
    CHECK(told("PUT /users/@ada:school.example/devices: 500", matrix_id) == "PUT /users/***/devices: 500");
    CHECK(told("https://chat.example/#/@ada:school.example", matrix_id) == "https://chat.example/#/***");
    CHECK(told("xmpp:ada@school.example, ada@school.example/phone, mailto:ada@school.example?to=x", address) ==
          "xmpp:***, ***/phone, mailto:***?to=x");
    CHECK(told("?user=ada&role=x, user:ada", "ada") == "?user=***&role=x, user:***");
}

TEST_CASE("in an address that is percent-encoded as a whole signs beside a name are what they stand for") {
    const std::string encoded = "%40ada%3Aschool.example";
    CHECK(told("?to=%2Fusers%2F%40ada%3Aschool.example%2Fdevices", encoded) == "?to=%2Fusers%2F***%2Fdevices");
    CHECK(told("%3Fuser%3D%40ada%3Aschool.example%26x%3D1", encoded) == "%3Fuser%3D***%26x%3D1");
    CHECK(told("user%3a%40ada%3Aschool.example%3a%20no", encoded) == "user%3a***%3a%20no");
    CHECK(told("%2Fusers%2Fada%2F, %22ada%22", "ada") == "%2Fusers%2F***%2F, %22***%22");
    CHECK(told("%2F%40ada%3Aschool.example%3A8448%2F", encoded) == "%2F%40ada%3Aschool.example%3A8448%2F");
    CHECK(told("%2F%40ada%3Aschool.example%2F", "ada") == "%2F%40ada%3Aschool.example%2F");
    CHECK(told("%2F%40ada%3Aschool.example%2F", "%40ada") == "%2F%40ada%3Aschool.example%2F");
    CHECK(told("%2F%40ada%3Aschool.example%2F", "school.example") == "%2F%40ada%3Aschool.example%2F");
    CHECK(told("%2F%40ada%3Aschool.example%2Dnorth%2F", encoded) == "%2F%40ada%3Aschool.example%2Dnorth%2F");
    CHECK(told("ada%C3%A9, %C3%A9ada, ada%2", "ada") == "ada%C3%A9, %C3%A9ada, ada%2");
}

TEST_CASE("in what a program keeps for itself a sign of any account's name is a part of it") {
    CHECK(kept("[\"@ada\", '@ada'] @ada", "@ada") == "[\"***\", '***'] ***");
    CHECK(kept("@ada. /@ada =@ada `@ada` @ada/x", "@ada") == "@ada. /@ada =@ada `@ada` @ada/x");
}

TEST_CASE("a name is found where it is replaced, and nothing is a name") {
    CHECK(has_name("so says @ada", "@ada", written_by::people));
    CHECK(!has_name("so says @adam", "@ada", written_by::people));
    CHECK(has_name("@ada.", "@ada", written_by::people));
    CHECK(!has_name("@ada.", "@ada", written_by::program));
    CHECK(!has_name("@ada", "", written_by::people));
    CHECK(told("@ada@ada @ada", "@ada") == "@ada@ada ***");
    CHECK(told("", "@ada").empty());
}
