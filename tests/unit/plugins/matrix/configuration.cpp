#include "matrix/configuration.hpp"

#include "plugin/pattern.hpp"
#include "scripted_server.hpp"

#include <core_communication/provider_error.hpp>
#include <core_communication/testing/memory_settings.hpp>

#include <boost/json/parse.hpp>
#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

using namespace communication_matrix;

namespace {

core_communication::testing::memory_settings settings() {
    auto site = commhost::test::settings_of_matrix();
    site.set("homeserver_url", std::string("https://matrix.example.org:8448/at"));
    site.set("server_name", std::string());
    return site;
}

std::string pattern_of(std::string_view setting) {
    std::ostringstream text;
    text << std::ifstream(std::string(COMMHOST_PLUGINS) + "/matrix/settings.json").rdbuf();
    const auto document = boost::json::parse(text.str());
    for (const auto& each : document.at("site").as_array())
        if (each.at("name").as_string() == setting) return each.at("pattern").as_string().c_str();
    return {};
}

}  // namespace

TEST_CASE("the server's name is the address's host unless it is set") {
    auto site = settings();
    CHECK(read_configuration(site).server_name == "matrix.example.org");
    site.set("server_name", "example.org");
    CHECK(read_configuration(site).server_name == "example.org");
}

TEST_CASE("owners must stand above moderators") {
    auto site = settings();
    site.set("owner_level", std::int64_t{51});
    CHECK_THROWS_WITH_AS(read_configuration(site), "the setting owner_level (51) must be above moderator_level (51)",
                         core_communication::provider_error);
}

TEST_CASE("a host is found in every form of an address") {
    CHECK(host_of("http://127.0.0.1:8008") == "127.0.0.1");
    CHECK(host_of("https://a.example") == "a.example");
    CHECK(host_of("http://[::1]:8008/x") == "[::1]");
    CHECK(host_of("http://u:p@h:1/") == "h");
}

TEST_CASE("a room version is a number, so that it is known who has all power in the room") {
    const auto pattern = pattern_of("room_version");
    for (const std::string version : {"1", "11", "12"}) CHECK(commhost::plugin::matches_pattern(pattern, version));
    for (const std::string version : {"org.matrix.hydra.11", "11.1", "012", "0", ""})
        CHECK_FALSE(commhost::plugin::matches_pattern(pattern, version));
}

TEST_CASE("a pattern for accounts has closed braces, and in them what a roster gives") {
    const auto pattern = pattern_of("account_source");
    for (const std::string source : {"username", "email", "field:matrix", "pattern:{given_name}.{family_name}",
                                     "pattern:@{field:staff id}:other.example"})
        CHECK(commhost::plugin::matches_pattern(pattern, source));
    for (const std::string source : {"phone", "field:", "pattern:", "pattern:{phone}", "pattern:{username",
                                     "pattern:a}", "pattern:{{username}}", "pattern:{field:}"})
        CHECK_FALSE(commhost::plugin::matches_pattern(pattern, source));
}

TEST_CASE("a second account is one of the server") {
    auto site = settings();
    site.set("second_account", "@commhost-2:matrix.example.org");
    CHECK(read_configuration(site).second_account == "@commhost-2:matrix.example.org");
    site.set("second_account", "@commhost-2:other.example");
    CHECK_THROWS_WITH_AS(read_configuration(site),
                         "the setting second_account (@commhost-2:other.example) must be an account of "
                         "matrix.example.org",
                         core_communication::provider_error);
}

TEST_CASE("what means nothing by itself is refused without the other") {
    for (const auto& [one, other] : {std::pair("sso_provider", "sso_id"), std::pair("sso_id", "sso_provider"),
                                     std::pair("mas_client_id", "mas_client_secret")}) {
        CAPTURE(one);
        auto site = settings();
        site.set(one, std::string("username"));
        const auto reason = std::string("the setting ") + one + " needs " + other + ", which is not set";
        CHECK_THROWS_WITH_AS(read_configuration(site), reason.c_str(), core_communication::provider_error);
        site.set(other, std::string("username"));
        CHECK_NOTHROW(read_configuration(site));
    }
}
