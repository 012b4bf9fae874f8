#include "worker/owner.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <array>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

using namespace commhost;

namespace {

std::vector<std::string> dead_of(const std::string& name) {
    const std::array names{name};
    return worker::owners_without_process(names);
}

/// The parts of this process's own name: host, boot, PID namespace, pid, start, serial.
std::vector<std::string> parts_of_mine() {
    std::istringstream name(worker::owner_name(7));
    std::vector<std::string> parts;
    for (std::string part; std::getline(name, part, ':');) parts.push_back(part);
    REQUIRE(parts.size() == 6);
    return parts;
}

/// This process's own name with one part replaced.
std::string mine_with(std::size_t at, std::string_view other) {
    auto parts = parts_of_mine();
    parts.at(at) = other;
    std::string name;
    for (const auto& part : parts) name += (name.empty() ? "" : ":") + part;
    return name;
}

}  // namespace

TEST_CASE("an owner of this process is alive") { CHECK(dead_of(worker::owner_name(1)).empty()); }

TEST_CASE("an owner whose process is gone is dead, and so is one whose number another process has now") {
    CHECK(parts_of_mine()[3] == std::to_string(::getpid()));
    CHECK(dead_of(mine_with(3, "999999999")).size() == 1);
    CHECK(dead_of(mine_with(4, "1")).size() == 1);
}

TEST_CASE("an owner of an earlier boot is dead, though there is a process of its number and start") {
    CHECK(dead_of(mine_with(1, "6b3f2c0e-0000-4000-8000-000000000000")).size() == 1);
}

TEST_CASE("of an owner in another container nothing is known: its lease tells") {
    const auto elsewhere = mine_with(2, "1");
    CHECK(elsewhere != worker::owner_name(7));
    CHECK(dead_of(elsewhere).empty());
}

TEST_CASE("an owner is shown by its host and process") {
    const auto place = worker::place_of("chat1:6b3f2c0e:4026531836:4711:99:0");
    CHECK(place.host == "chat1");
    CHECK(place.process == "4711");
    CHECK(worker::place_of("").host.empty());
}

TEST_CASE("an owner of another machine is nobody's business here") {
    CHECK(dead_of(mine_with(0, "some-other-host")).empty());
}
