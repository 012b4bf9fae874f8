#include "worker/owner.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <array>
#include <string>

using namespace commhost;

namespace {

std::vector<std::string> dead_of(const std::string& name) {
    const std::array owners{task::owner{name, 0, 1}};
    return worker::owners_without_process(owners);
}

}  // namespace

TEST_CASE("an owner of this process is alive") { CHECK(dead_of(worker::owner_name(1)).empty()); }

TEST_CASE("an owner whose process is gone is dead, and so is one whose number another process has now") {
    const auto mine = worker::owner_name(7);
    const auto pid = std::to_string(::getpid());
    const auto before = mine.find(":" + pid + ":");
    REQUIRE(before != std::string::npos);
    const auto host = mine.substr(0, before);
    CHECK(dead_of(host + ":999999999:12345:1").size() == 1);
    CHECK(dead_of(host + ":" + pid + ":1:7").size() == 1);
}

TEST_CASE("an owner of another machine is nobody's business here") {
    CHECK(dead_of("some-other-host:999999999:12345:1").empty());
}
