#include "task/schedule.hpp"

#include "message/error.hpp"
#include "store/migration.hpp"
#include "task/codes.hpp"
#include "task/migrations.hpp"
#include "test_clock.hpp"
#include "test_database.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <deque>
#include <stdexcept>
#include <thread>

using namespace commhost;
using namespace std::chrono_literals;

namespace {

using names = std::vector<std::string>;

struct schedule_fixture {
    schedule_fixture() { store::migrate(*database, task::migrations()); }

    names due() {
        return database->transact([&](store::connection& on) { return schedule.due(on); });
    }

    test::test_database database;
    test::test_clock clock;
    double random = 0;
    task::schedule schedule{*database, clock, [this] { return random; }};
};

}  // namespace

TEST_CASE("a job is due after its interval, once") {
    schedule_fixture f;
    f.schedule.add_or_keep("synchronise", 1h);
    CHECK(f.schedule.next_due() == f.clock.now() + 3'600'000);
    CHECK(f.due() == names{});
    f.clock.advance(1h);
    CHECK(f.due() == names{"synchronise"});
    CHECK(f.due() == names{});
    f.clock.advance(1h);
    CHECK(f.due() == names{"synchronise"});
}

TEST_CASE("a job that nobody ran for a week runs once") {
    schedule_fixture f;
    f.schedule.add_or_keep("synchronise", 1h);
    f.clock.advance(24h * 7);
    CHECK(f.due() == names{"synchronise"});
    CHECK(f.due() == names{});
    CHECK(f.schedule.next_due() == f.clock.now() + 3'600'000);
}

TEST_CASE("jobs are told in the order in which they became due") {
    schedule_fixture f;
    f.schedule.add_or_keep("slow", 2h);
    f.schedule.add_or_keep("fast", 1h);
    f.clock.advance(3h);
    CHECK(f.due() == names{"fast", "slow"});
}

TEST_CASE("the jitter puts a job off by up to its share") {
    schedule_fixture f;
    f.random = 0.5;
    f.schedule.add_or_keep("tenth", 100s);
    f.schedule.add_or_keep("own", 100s, 60s);
    const auto jobs = f.schedule.list();
    REQUIRE(jobs.size() == 2);
    CHECK(jobs[0].name == "own");
    CHECK(jobs[0].next == f.clock.now() + 130'000);
    CHECK(jobs[0].jitter == 60s);
    CHECK(jobs[1].name == "tenth");
    CHECK(jobs[1].next == f.clock.now() + 105'000);
    f.clock.advance(200s);
    f.due();
    CHECK(f.schedule.list()[0].next == f.clock.now() + 130'000);
    CHECK(f.schedule.list()[0].last == f.clock.now());
}

TEST_CASE("a job that is added again keeps its time, also after a restart just before it is due") {
    schedule_fixture f;
    f.schedule.add_or_keep("synchronise", 1h);
    const auto next = f.schedule.next_due();
    f.clock.advance(59min);
    f.schedule.add_or_keep("synchronise", 1h);
    CHECK(f.schedule.next_due() == next);
}

TEST_CASE("a new interval counts from now, and never puts a job off") {
    schedule_fixture f;
    f.schedule.add_or_keep("synchronise", 24h, 0ms);
    f.schedule.add_or_keep("synchronise", 1h, 0ms);
    CHECK(f.schedule.next_due() == f.clock.now() + 3'600'000);
    f.schedule.add_or_keep("synchronise", 24h, 0ms);
    CHECK(f.schedule.next_due() == f.clock.now() + 3'600'000);
    CHECK(f.schedule.list()[0].interval == 24h);
}

TEST_CASE("a claim that is not committed was none") {
    schedule_fixture f;
    f.schedule.add_or_keep("synchronise", 1h);
    f.clock.advance(1h);
    CHECK_THROWS(f.database->transact([&](store::connection& on) {
        CHECK(f.schedule.due(on) == names{"synchronise"});
        throw std::runtime_error("the host dies");
    }));
    CHECK(f.due() == names{"synchronise"});
}

TEST_CASE("a job that an admin wants now is due now") {
    schedule_fixture f;
    f.schedule.add_or_keep("synchronise", 1h);
    f.schedule.run_now("synchronise");
    CHECK(f.due() == names{"synchronise"});
    try {
        f.schedule.run_now("syncronise");
        FAIL("accepted");
    } catch (const message::error& failed) {
        CHECK(failed.code() == task::SCHEDULE_UNKNOWN);
        CHECK(failed.text() == "There is no periodic job 'syncronise'. Nothing was changed.");
    }
}

TEST_CASE("a job that was taken out is never due") {
    schedule_fixture f;
    f.schedule.add_or_keep("synchronise", 1h);
    f.schedule.remove("synchronise");
    f.schedule.remove("synchronise");
    CHECK(f.schedule.next_due() == std::nullopt);
    f.clock.advance(1h);
    CHECK(f.due() == names{});
}

TEST_CASE("however many hosts ask at the same time, each job is given to one") {
    schedule_fixture f;
    constexpr int jobs = 20;
    for (int index = 0; index < jobs; ++index) f.schedule.add_or_keep("job " + std::to_string(index), 1h, 0ms);
    for (int round = 1; round <= 5; ++round) {
        f.clock.advance(1h);
        std::atomic<int> claimed{0};
        std::vector<std::thread> hosts;
        for (int host = 0; host < 4; ++host)
            hosts.emplace_back([&] {
                store::database database(f.database.location());
                task::schedule schedule(database, f.clock);
                claimed +=
                    static_cast<int>(database.transact([&](store::connection& on) { return schedule.due(on); }).size());
            });
        for (auto& host : hosts) host.join();
        CHECK(claimed == jobs);
    }
}

TEST_CASE("hosts whose clocks differ by minutes begin a job once") {
    /// Goes with the system's clock, off by some minutes.
    struct wrong_clock final : store::host_clock {
        explicit wrong_clock(std::chrono::minutes off) : off_(off) {}
        store::milliseconds_utc now() const override { return right_.now() + std::chrono::milliseconds(off_).count(); }
        std::chrono::milliseconds since_boot() const override { return right_.since_boot(); }

      private:
        store::system_clock right_;
        std::chrono::milliseconds off_;
    };
    struct host {
        host(const std::string& location, std::chrono::minutes off) : clock(off), database(location, clock) {}
        names due() {
            return database.transact([&](store::connection& on) { return schedule.due(on); });
        }

        wrong_clock clock;
        store::database database;
        task::schedule schedule{database, database.clock()};
    };

    schedule_fixture f;
    std::deque<host> hosts;
    for (const auto off : {-20min, 0min, 15min, -2min}) hosts.emplace_back(f.database.location(), off);
    // PostgreSQL's clock is that of all; a SQLite file has theirs, and one host as a rule.
    const std::chrono::minutes interval = f.database->dialect() == store::dialect::sqlite ? 1h : 10min;
    hosts.front().schedule.add_or_keep("synchronise", interval, 0ms);
    for (int round = 0; round < 5; ++round) {
        hosts.front().schedule.run_now("synchronise");
        std::atomic<int> claimed{0};
        std::vector<std::thread> asking;
        for (auto& each : hosts) asking.emplace_back([&] { claimed += static_cast<int>(each.due().size()); });
        for (auto& each : asking) each.join();
        CHECK(claimed == 1);
        for (auto& each : hosts) CHECK(each.due() == names{});
    }
}
