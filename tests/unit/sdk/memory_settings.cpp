#include <core_communication/testing/memory_settings.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

using core_communication::testing::memory_settings;
using namespace std::chrono_literals;

TEST_CASE("a setting is read by its name and its type, as from a host") {
    memory_settings site({{"address", "http://chat.test"}, {"limit", std::int64_t{7}}, {"open", true}, {"wait", 30s}});
    site.set("languages", std::vector<std::string>{"en", "de"});
    CHECK(site.text("address") == "http://chat.test");
    CHECK(site.integer("limit") == 7);
    CHECK(site.boolean("open"));
    CHECK(site.duration("wait") == 30s);
    CHECK(site.list("languages") == std::vector<std::string>{"en", "de"});
    site.set("limit", std::int64_t{8});
    CHECK(site.integer("limit") == 8);
}

TEST_CASE("a name that is not declared, and another type, are mistakes in the plugin") {
    const memory_settings site({{"address", "http://chat.test"}});
    CHECK_THROWS_WITH_AS(site.text("adress"), "no setting 'adress' is declared", std::logic_error);
    CHECK_THROWS_WITH_AS(site.integer("address"), "the setting 'address' is of another type", std::logic_error);
}
