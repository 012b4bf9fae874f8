#include "store/clock.hpp"

#include "store/server_clock.hpp"
#include "test_database.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

using namespace commhost;
using namespace std::chrono_literals;

namespace {

/// Both stand still until the test moves them.
class host_time final : public store::host_clock {
  public:
    store::milliseconds_utc now() const override { return wall; }
    std::chrono::milliseconds since_boot() const override { return boot; }

    store::milliseconds_utc wall = 1'800'000'000'000;
    std::chrono::milliseconds boot = 1h;
};

constexpr store::milliseconds_utc noon = 1'900'000'000'000;

store::milliseconds_utc time_of_server(store::database& on) {
    return *on.borrow()->scalar<std::int64_t>(
        "select cast(floor(extract(epoch from clock_timestamp()) * 1000) as bigint)");
}

}  // namespace

TEST_CASE("a PostgreSQL server decides what time it is, however wrong the host's clock is") {
    test::test_database server;
    if (server->dialect() == store::dialect::sqlite) return;
    for (const auto off : {-10min, 10min}) {
        host_time host;
        host.wall = store::system_clock().now() + std::chrono::milliseconds(off).count();
        const auto before = time_of_server(*server);
        const store::database database(server.location(), host);
        const auto told = database.clock().now();
        const auto after = time_of_server(*server);
        CHECK(told >= before);
        CHECK(told <= after);
        host.wall += std::chrono::milliseconds(1h).count();
        host.boot += 7s;
        CHECK(database.clock().now() == told + 7'000);
    }
}

TEST_CASE("the server's time is read again, and with a connection that takes the place of a lost one") {
    test::test_database server;
    if (server->dialect() == store::dialect::sqlite) return;
    host_time host;
    store::database database(server.location(), host);
    const auto first = database.clock().now();
    host.boot += store::server_clock::good_for;  // runs ahead of the server
    CHECK(database.clock().now() == first + store::server_clock::good_for.count());
    {
        const auto lost = database.borrow();  // and is set right again
        const auto process = lost->scalar<std::int64_t>("select pg_backend_pid()");
        server->borrow()->query<std::int64_t>("select cast(pg_terminate_backend(cast(:process as int), 60000) as int)",
                                              {{"process", process}});
    }
    const auto right_again = time_of_server(*server);
    host.boot += 20min;
    const auto wrong = database.clock().now();
    CHECK(wrong > right_again + 1'000'000);
    CHECK(database.borrow()->scalar<std::int64_t>("select 1") == 1);
    CHECK(database.clock().now() >= right_again);
    CHECK(database.clock().now() <= time_of_server(*server));
}

TEST_CASE("the host's clock is that of a SQLite file") {
    test::test_database database;
    if (database->dialect() == store::dialect::postgresql) return;
    host_time host;
    const store::database opened(database.location(), host);
    CHECK(opened.clock().now() == host.wall);
    host.wall -= 1'000;
    CHECK(opened.clock().now() == host.wall);
}

TEST_CASE("a server's clock that goes back by minutes is waited for") {
    host_time host;
    store::server_clock clock(host);
    CHECK(clock.is_due());
    CHECK(clock.now() == host.wall);
    clock.take(noon, host.boot);
    CHECK_FALSE(clock.is_due());
    CHECK(clock.now() == noon);
    clock.take(noon - 60'000, host.boot);
    CHECK(clock.now() == noon);
    host.boot += 59s;
    CHECK(clock.now() == noon);
    host.boot += 2s;
    CHECK(clock.now() == noon + 1'000);
    CHECK(clock.is_due());
}

TEST_CASE("a server's clock that was wrong by more than minutes and is set right is followed") {
    host_time host;
    store::server_clock clock(host);
    clock.take(noon + 86'400'000, host.boot);
    CHECK(clock.now() == noon + 86'400'000);
    clock.take(noon, host.boot);
    CHECK(clock.now() == noon);
}

TEST_CASE("an answer for which this process was stopped too long is not believed") {
    host_time host;
    store::server_clock clock(host);
    clock.take(noon, host.boot);
    const auto asked_at = host.boot;
    host.boot += 5min;
    clock.take(noon, asked_at);
    CHECK(clock.now() == noon + 300'000);
    CHECK(clock.is_due());
}

TEST_CASE("the time since boot goes on") {
    const store::system_clock clock;
    const auto before = clock.since_boot();
    CHECK(before.count() > 0);
    CHECK(clock.since_boot() >= before);
}
