#include "worker/standstill.hpp"

#include "task/queue.hpp"
#include "worker/availability.hpp"
#include "worker/host_fixture.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <span>
#include <string>

using namespace commhost;
using plugin::plugin_state;

namespace {

constexpr store::milliseconds_utc far = 4'102'444'800'000;  // 2100-01-01T00:00:00Z

struct fixture : test::host_fixture {
    fixture() { settings.languages = {"en"}; }

    void enqueue(const std::string& provider, const std::string& key) {
        const task::new_task wanted{.kind = "reconcile", .queue = provider, .key = key, .order = "", .payload = "{}"};
        host().queue().enqueue(std::span(&wanted, 1));
    }

    task::leased_task lease(const std::string& provider) {
        auto leased = host().queue().lease("worker", provider, 1);
        REQUIRE(leased.size() == 1);
        return leased.front();
    }

    /// Opens its circuit.
    void take_server_away(const std::string& provider) {
        for (int turn = 0; turn < 3; ++turn) enqueue(provider, provider + std::to_string(turn));
        for (int turn = 0; turn < 3; ++turn)
            host().queue().retry(lease(provider),
                                 {.code = "unavailable", .text = "no route", .counted = false, .outage = true});
    }

    worker::standstills still() { return worker::standing_still(host(), found); }
};

}  // namespace

TEST_CASE_FIXTURE(fixture, "a provider with nothing against it does not stand still, nor does one without tasks") {
    find("chat");
    find("idle", plugin_state::disabled);
    enqueue("chat", "a");
    CHECK(still().empty());
}

TEST_CASE_FIXTURE(fixture, "who has failed tasks alone does not stand still") {
    enqueue("gone", "a");
    CHECK(still().contains("gone"));
    host().queue().fail(lease("gone"), {.code = "invalid", .text = "no"});
    CHECK(still().empty());
}

TEST_CASE_FIXTURE(fixture, "a disabled plugin stands still since it was disabled, and no time brings an end") {
    find("chat", plugin_state::disabled);
    enqueue("chat", "a");
    host().queue().pause("chat", std::nullopt, worker::pause_disabled);
    const auto why = still().at("chat");
    CHECK(why.reason == "an admin disabled the plugin");
    CHECK(why.since == host().queue().pauses().at(0).since);
    CHECK(why.until == std::nullopt);
    CHECK_FALSE(why.tried_now);
}

TEST_CASE_FIXTURE(fixture, "a missing plugin stands still since it was missed") {
    find("chat", plugin_state::missing).missing_since = 17;
    enqueue("chat", "a");
    CHECK(still().at("chat").reason == "The provider 'chat' cannot be used, it is missing.");
    CHECK(still().at("chat").since == 17);
}

TEST_CASE_FIXTURE(fixture, "a plugin that lacks settings stands still, and nobody knows since when") {
    plugin::setting needed;
    needed.name = "address";
    needed.required = true;
    find("chat").settings.site = {needed};
    enqueue("chat", "a");
    CHECK(still().at("chat").reason.find("lacks settings") != std::string::npos);
    CHECK(still().at("chat").since == std::nullopt);
}

TEST_CASE_FIXTURE(fixture, "a quarantined plugin stands still until the quarantine ends, with how its worker ended") {
    find("chat");
    enqueue("chat", "a");
    hold("chat", far);
    const auto why = still().at("chat");
    CHECK(why.reason == "its workers died 2 times in a row");
    CHECK(why.since == 1);
    CHECK(why.until == far);
    CHECK(why.last_error == "killed");
}

TEST_CASE_FIXTURE(fixture, "a provider whose server is away stands still until the next try") {
    find("chat");
    take_server_away("chat");
    const auto why = still().at("chat");
    CHECK(why.reason == "its server is away or lets nobody in");
    REQUIRE(why.since.has_value());
    CHECK(why.until == host().queue().pauses().at(0).until);
    CHECK_FALSE(why.tried_now);
    CHECK(why.last_error == "no route");

    enqueue("chat", "another");
    host().queue().probe_now("chat");
    lease("chat");
    CHECK(still().at("chat").tried_now);
    CHECK(still().at("chat").until == std::nullopt);
}

TEST_CASE_FIXTURE(fixture, "of a server that is away and a plugin that is disabled the plugin is told") {
    find("chat");
    take_server_away("chat");
    host().queue().pause("chat", std::nullopt, worker::pause_disabled);
    CHECK(still().at("chat").reason == "an admin disabled the plugin");
}

TEST_CASE_FIXTURE(fixture, "while a required plugin is down all stand still, that one for its own reason") {
    settings.required_plugins = {"needed"};
    find("needed", plugin_state::disabled);
    find("chat");
    enqueue("chat", "a");
    enqueue("needed", "b");
    CHECK(still().at("chat").reason ==
          "the plugin 'needed' is required and cannot be used. The provider 'needed' cannot be used, it is disabled.");
    CHECK(still().at("needed").reason == "The provider 'needed' cannot be used, it is disabled.");
}
