#include "task/presence.hpp"

#include "queue_fixture.hpp"

#include <string>
#include <vector>

using namespace commhost;
using namespace std::chrono_literals;
using test::queue_fixture;

namespace {

void note(queue_fixture& f, std::string_view name) {
    f.database->transact([&](store::connection& on) { task::note_presence(on, name, f.now()); });
}

std::vector<task::presence> presences(queue_fixture& f) { return task::presences(*f.database->borrow(), f.now()); }

std::vector<std::string> at_work(queue_fixture& f) {
    std::vector<std::string> names;
    for (const auto& each : presences(f))
        if (each.at_work) names.push_back(each.name);
    return names;
}

}  // namespace

TEST_CASE("who says so is at work, since the first time, for three quarters of a minute") {
    queue_fixture f;
    CHECK(presences(f).empty());
    const auto begun = f.now();
    note(f, "one");
    f.clock.advance(10s);
    note(f, "one");
    note(f, "other");
    REQUIRE(presences(f).size() == 2);
    CHECK(presences(f)[0].since == begun);
    CHECK(presences(f)[0].seen == begun + 10'000);
    f.clock.advance(45s);
    CHECK(at_work(f) == std::vector<std::string>{"one", "other"});
    f.clock.advance(1ms);
    CHECK(at_work(f).empty());
    note(f, "other");
    CHECK(at_work(f) == std::vector<std::string>{"other"});
    CHECK(presences(f)[0].name == "other");
}

TEST_CASE("who has ended is not at work, and it is known when it last was") {
    queue_fixture f;
    note(f, "one");
    f.database->transact([&](store::connection& on) { task::note_end(on, "one"); });
    CHECK(at_work(f).empty());
    REQUIRE(presences(f).size() == 1);
    CHECK(presences(f)[0].seen == f.now());
    f.clock.advance(10s);
    note(f, "one");
    CHECK(at_work(f) == std::vector<std::string>{"one"});
}

TEST_CASE("who was not heard of for a month is forgotten") {
    queue_fixture f;
    note(f, "gone");
    f.clock.advance(24h * 30 + 1ms);
    note(f, "one");
    REQUIRE(presences(f).size() == 1);
    CHECK(presences(f)[0].name == "one");
}
