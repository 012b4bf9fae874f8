// What becomes of a plugin in the long run: newer and older versions, quarantine, a folder that is gone.

#include "plugin/codes.hpp"
#include "plugin/plugin_memory.hpp"
#include "plugin/quarantine.hpp"
#include "registry_fixture.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <filesystem>
#include <string>

using namespace commhost;
using plugin::plugin_state;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t built = 2026112200;  // the version of every fixture

struct fixture : test::registry_fixture {
    plugin::plugin_entry found(std::string_view name = "good") { return registry().find(name).value(); }

    void begin(std::int64_t version) { plugin::note_begun(*database->borrow(), "good", version); }

    void put(std::int64_t version) {
        test::replace_in(root / "good/version.json", std::to_string(now_there), std::to_string(version));
        now_there = version;
    }

    std::optional<plugin::quarantine> crash(bool in_a_row = true, std::int64_t version = built) {
        return plugin::note_crash(*database->borrow(), "good", version, in_a_row, "killed by signal 11", clock.time);
    }

    std::int64_t now_there = built;
};

}  // namespace

TEST_CASE_FIXTURE(fixture, "a newer version is to be upgraded until a worker has begun with it") {
    test::install("good", root);
    CHECK(found().state == plugin_state::enabled);
    CHECK(found().version_in_use == 0);
    put(built + 1);
    CHECK_MESSAGE(found().state == plugin_state::enabled, "nothing was in use");
    begin(built + 1);
    CHECK(found().version_in_use == built + 1);
    put(built + 2);
    registry().look();
    CHECK_MESSAGE(found().state == plugin_state::upgrade, "that it was seen puts it into nobody's use");
    CHECK(is_sound(found().state));
    CHECK(found().problems.empty());
    begin(built + 2);
    CHECK(found().state == plugin_state::enabled);
}

TEST_CASE_FIXTURE(fixture, "an older version than the one in use is refused and not probed, until an admin wants it") {
    test::install("good", root);
    registry().look();
    begin(built);
    put(built - 1);
    prober.probed.clear();
    const auto older = found();
    CHECK(older.state == plugin_state::refused);
    REQUIRE(test::codes(older.problems) == "PLUGIN_DOWNGRADED");
    CHECK(test::argument(older.problems[0].arguments, "found") == "2026112199");
    CHECK(test::argument(older.problems[0].arguments, "wanted") == "2026112200");
    CHECK(older.problems[0].advice().find("commhost plugin enable good --downgrade") != std::string::npos);
    CHECK(prober.probed.empty());
    registry().look();
    enable("good");
    CHECK_MESSAGE(found().state == plugin_state::refused, "neither a look nor enable alone accepts it");
    registry().accept(*database->borrow(), older);
    CHECK(found().state == plugin_state::enabled);
    CHECK(found().version_in_use == built - 1);
}

TEST_CASE_FIXTURE(fixture, "a worker that began with an older version late changes nothing") {
    test::install("good", root);
    registry().look();
    begin(built);
    begin(built - 1);
    CHECK(found().version_in_use == built);
}

TEST_CASE_FIXTURE(fixture, "a disabled plugin that is older is disabled, and says why it would be refused") {
    test::install("good", root);
    registry().look();
    begin(built + 1);
    disable("good");
    CHECK(found().state == plugin_state::disabled);
    CHECK(test::codes(found().problems) == "PLUGIN_DOWNGRADED");
}

TEST_CASE_FIXTURE(fixture, "a first crash costs nothing, those after it in a row ever longer quarantines") {
    test::install("good", root);
    CHECK_FALSE(crash());
    CHECK(found().state == plugin_state::enabled);
    const auto began = clock.time;
    for (const std::int64_t pause : {1'000, 10'000, 60'000, 300'000, 1'800'000, 1'800'000}) {
        CAPTURE(pause);
        const auto held = crash().value();
        CHECK(held.until == clock.time + pause);
        CHECK(held.since == began);
        CHECK(found().state == plugin_state::quarantined);
        clock.time = held.until;
        CHECK(found().state == plugin_state::enabled);
    }
}

TEST_CASE_FIXTURE(fixture, "what an admin is told of a quarantine") {
    test::install("good", root);
    crash();
    crash();
    const auto entry = found();
    REQUIRE(entry.quarantine);
    CHECK(entry.quarantine->crashes == 2);
    CHECK(entry.quarantine->reason == "killed by signal 11");
    REQUIRE(test::codes(entry.problems) == "PLUGIN_QUARANTINED");
    const auto text = entry.problems[0].text();
    CHECK(text.find("2 times in a row") != std::string::npos);
    CHECK(text.find("since 2001-09-09T01:46:40Z; until 2001-09-09T01:46:41Z") != std::string::npos);
    CHECK(prober.probed.size() == 1);
}

TEST_CASE_FIXTURE(fixture, "a crash after some work begins the count anew") {
    test::install("good", root);
    crash();
    crash();
    CHECK_FALSE(crash(false));
    CHECK(crash().value().crashes == 2);
}

TEST_CASE_FIXTURE(fixture, "an admin ends a quarantine, and the count with it") {
    test::install("good", root);
    crash();
    crash();
    enable("good");
    CHECK(found().state == plugin_state::enabled);
    CHECK_FALSE(crash());
}

TEST_CASE_FIXTURE(fixture, "another version is not held liable") {
    test::install("good", root);
    crash();
    crash();
    put(built + 1);
    CHECK(found().state == plugin_state::enabled);
    CHECK_FALSE(crash(true, built + 1));
    crash(true, built + 1);
    CHECK(found().state == plugin_state::quarantined);
    crash(true, built);
    CHECK_MESSAGE(found().quarantine->crashes == 2, "the old version may die while it makes way");
    plugin::end_quarantine(*database->borrow(), "good", built);
    CHECK_MESSAGE(found().state == plugin_state::quarantined,
                  "a worker of the old version that ends in order says nothing of it");
    plugin::end_quarantine(*database->borrow(), "good", built + 1);
    CHECK(found().state == plugin_state::enabled);
}

TEST_CASE_FIXTURE(fixture, "what depends on a quarantined plugin is used, what depends on a refused one is not") {
    test::install("good", root);
    const auto noisy = test::install("noisy", root);
    test::replace_in(noisy / "version.json", "\"maturity\"",
                     R"("dependencies": {"communication_good": "any"}, "maturity")");
    crash();
    crash();
    CHECK(found("noisy").state == plugin_state::enabled);
    plugin::set_version_in_use(*database->borrow(), "good", built + 1);
    CHECK(test::codes(found("noisy").problems) == "PLUGIN_DEPENDENCY_UNAVAILABLE");
}

TEST_CASE_FIXTURE(fixture, "a plugin that is gone is missed since the first look that did not find it") {
    const auto good = test::install("good", root);
    registry().look();
    fs::rename(good, folder.path() / "good");
    const auto gone = clock.time += 5'000;
    CHECK(found().missing_since == gone);
    clock.time += 5'000;
    CHECK(registry().look().plugins.at(0).missing_since == gone);
    fs::rename(folder.path() / "good", good);
    CHECK_FALSE(found().missing_since);
    fs::rename(good, folder.path() / "good");
    const auto again = clock.time += 5'000;
    CHECK(found().missing_since == again);
}

TEST_CASE_FIXTURE(fixture, "to forget a plugin is to forget what is held against it") {
    const auto good = test::install("good", root);
    registry().look();
    crash();
    fs::remove_all(good);
    registry().forget("good");
    CHECK_FALSE(crash());
}
