#include "worker/admission.hpp"

#include "worker/availability.hpp"
#include "worker/host_fixture.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <set>
#include <string>
#include <vector>

using namespace commhost;
using namespace std::chrono_literals;
using plugin::plugin_state;
using names = std::vector<std::string>;

namespace {

constexpr store::milliseconds_utc far = 4'102'444'800'000;  // 2100-01-01T00:00:00Z

struct fixture : test::host_fixture {
    fixture() {
        settings.languages = {"en"};
        settings.required_plugins = {"needed"};
        find("needed");
        find("chat");
    }

    worker::admission& door() {
        if (!made) made.emplace(host(), [this] { return now; });
        return *made;
    }
    plugin::plugin_entry& entry(std::string_view name) {
        for (auto& each : found.plugins)
            if (each.name == name) return each;
        throw std::logic_error("not found");
    }
    names admitted(std::set<std::string> due) {
        REQUIRE(door().opens(found));
        return door().admitted(std::move(due), found);
    }

    std::chrono::steady_clock::time_point now{};
    std::optional<worker::admission> made;
};

}  // namespace

TEST_CASE_FIXTURE(fixture, "who has due tasks and nothing against it may begin, and nobody else") {
    find("idle");
    CHECK(admitted({"chat", "needed"}) == names{"chat", "needed"});
    CHECK(door().unavailable().empty());
    CHECK(logged("WORKER_WAITS") == 0);
}

TEST_CASE_FIXTURE(fixture,
                  "what speaks against a provider is logged once, again when it is another, and when it is over") {
    entry("chat").state = plugin_state::disabled;
    for (int round = 0; round < 3; ++round) CHECK(admitted({"chat", "needed"}) == names{"needed"});
    CHECK(door().unavailable().at("chat").find("it is disabled") != std::string::npos);
    CHECK(logged("WORKER_WAITS") == 1);
    entry("chat").state = plugin_state::missing;
    CHECK(admitted({"chat"}).empty());
    CHECK(logged("WORKER_WAITS") == 2);
    entry("chat").state = plugin_state::enabled;
    CHECK(admitted({"chat"}) == names{"chat"});
    CHECK(logged("WORKER_WAITS_NO_MORE") == 1);
    CHECK(door().unavailable().empty());
}

TEST_CASE_FIXTURE(fixture, "a queue that is paused waits, with the words of whoever reads why") {
    host().queue().pause("chat", std::nullopt, worker::pause_disabled);
    host().queue().pause("needed", far, "some other reason");
    CHECK(admitted({"chat", "needed"}).empty());
    CHECK(door().unavailable().at("chat") == "an admin disabled the plugin");
    CHECK(door().unavailable().at("needed") == "some other reason");
    host().queue().resume("chat");
    CHECK(admitted({"chat"}) == names{"chat"});
}

TEST_CASE_FIXTURE(fixture, "after a worker that could not begin the next one waits for half a minute") {
    door().could_not_begin("chat");
    CHECK(admitted({"chat", "needed"}) == names{"needed"});
    CHECK(door().unavailable().contains("chat"));
    CHECK_MESSAGE(logged("WORKER_WAITS") == 0, "the worker itself has said why");
    now += 29s;
    CHECK(admitted({"chat"}).empty());
    now += 1s;
    CHECK(admitted({"chat"}) == names{"chat"});
    door().could_not_begin("chat");
    door().ended_in_order("chat");
    CHECK(admitted({"chat"}) == names{"chat"});
}

TEST_CASE_FIXTURE(fixture,
                  "while a required plugin is down nothing opens, which is logged once, and once when it is over") {
    entry("needed").state = plugin_state::refused;
    for (int round = 0; round < 3; ++round) CHECK_FALSE(door().opens(found));
    CHECK(door().required_down().at("needed").find("it is refused") != std::string::npos);
    CHECK(logged("WORKER_REQUIRED: ") == 1);
    CHECK(logged("WORKER_REQUIRED_BACK") == 0);
    entry("needed").state = plugin_state::enabled;
    for (int round = 0; round < 3; ++round) CHECK(door().opens(found));
    CHECK(door().required_down().empty());
    CHECK(logged("WORKER_REQUIRED_BACK") == 1);
}

TEST_CASE_FIXTURE(fixture, "a quarantine is heeded that was made after the look, and ends soon if it ends by then") {
    CHECK(admitted({"chat"}) == names{"chat"});
    hold("chat", far);
    CHECK(admitted({"chat"}).empty());
    CHECK_FALSE(door().ends_soon("chat", far - 1));
    CHECK(door().ends_soon("chat", far));
    CHECK_FALSE(door().ends_soon("needed", far));
    hold("needed", far);
    CHECK_FALSE(door().opens(found));
    CHECK(door().ends_soon("needed", far));
}
