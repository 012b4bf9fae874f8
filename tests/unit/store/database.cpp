#include "store/database.hpp"

#include "message/error.hpp"
#include "store/codes.hpp"
#include "temporary_folder.hpp"
#include "test_database.hpp"
#include "text/descriptor.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <exception>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <vector>

using namespace commhost;

namespace {

void make_table(store::connection& on) { on.execute("create table thing (id bigint primary key, name text)"); }

message::code refusal_of(store::connection& on, std::string_view statement) {
    try {
        on.execute(statement);
    } catch (const message::error& refused) {
        return refused.code();
    }
    return message::code("none");
}

}  // namespace

TEST_CASE("values come back as they went in") {
    test::test_database database;
    const auto on = database->borrow();
    make_table(*on);
    on->execute("insert into thing (id, name) values (:id, :name)",
                {{"id", 9'007'199'254'740'993}, {"name", "Zoë 🜁 'x' :y"}});
    on->execute("insert into thing (id, name) values (:id, :name)",
                {{"id", -1}, {"name", std::optional<std::string>()}});
    const auto rows = on->query<std::int64_t, std::optional<std::string>>("select id, name from thing order by id");
    REQUIRE(rows.size() == 2);
    CHECK(rows[0] == std::tuple(std::int64_t{-1}, std::optional<std::string>()));
    CHECK(rows[1] == std::tuple(std::int64_t{9'007'199'254'740'993}, std::optional<std::string>("Zoë 🜁 'x' :y")));
}

TEST_CASE("a statement is used again with other values, NULL among them") {
    test::test_database database;
    const auto on = database->borrow();
    make_table(*on);
    for (int id = 0; id < 3; ++id) {
        const auto name = id == 1 ? std::nullopt : std::optional<std::string>("n" + std::to_string(id));
        CHECK(on->execute("insert into thing (id, name) values (:id, :name)", {{"id", id}, {"name", name}}) == 1);
    }
    CHECK(on->scalar<std::int64_t>("select count(*) from thing where name is not null") == 2);
    CHECK(on->scalar<std::string>("select name from thing where id = :id", {{"id", 2}}) == "n2");
    CHECK(on->scalar<std::string>("select name from thing where id = :id", {{"id", 7}}) == std::nullopt);
}

TEST_CASE("a NULL in a column that must have a value is an error") {
    test::test_database database;
    const auto on = database->borrow();
    make_table(*on);
    on->execute("insert into thing (id) values (1)");
    CHECK_THROWS_AS(on->scalar<std::string>("select name from thing"), message::error);
}

TEST_CASE("changed rows are counted and returned") {
    test::test_database database;
    const auto on = database->borrow();
    make_table(*on);
    on->execute("insert into thing (id, name) values (1, 'a'), (2, 'b'), (3, 'c')");
    CHECK(on->execute("update thing set name = 'x' where id > 1") == 2);
    const auto gone = on->query<std::int64_t>("delete from thing where name = 'x' returning id");
    CHECK(gone.size() == 2);
    CHECK(on->scalar<std::int64_t>("select count(*) from thing") == 1);
}

TEST_CASE("a transaction that is not committed leaves nothing") {
    test::test_database database;
    const auto on = database->borrow();
    make_table(*on);
    {
        store::transaction whole(*on);
        on->execute("insert into thing (id) values (1)");
    }
    CHECK(on->scalar<std::int64_t>("select count(*) from thing") == 0);
    CHECK_THROWS(database->transact([](store::connection& sql) {
        sql.execute("insert into thing (id) values (2)");
        throw std::runtime_error("interrupted");
    }));
    CHECK(on->scalar<std::int64_t>("select count(*) from thing") == 0);
    CHECK(database->transact([](store::connection& sql) { return sql.execute("insert into thing (id) values (3)"); }) ==
          1);
    CHECK(on->scalar<std::int64_t>("select count(*) from thing") == 1);
}

TEST_CASE("after a refused statement the connection works on") {
    test::test_database database;
    const auto on = database->borrow();
    make_table(*on);
    on->execute("insert into thing (id) values (:id)", {{"id", 1}});
    CHECK_THROWS_AS(on->execute("insert into thing (id) values (:id)", {{"id", 1}}), message::error);
    CHECK(refusal_of(*on, "no such statement") == store::STORE_STATEMENT);
    CHECK(on->execute("insert into thing (id) values (:id)", {{"id", 2}}) == 1);
}

TEST_CASE("a connection that the server ends is told apart from a statement that it refuses, and used no more") {
    test::test_database database;
    if (database->dialect() == store::dialect::sqlite) return;  // There is no server.
    {
        const auto lost = database->borrow();
        const auto process = lost->scalar<std::int64_t>("select pg_backend_pid()");
        database->borrow()->query<std::int64_t>("select cast(pg_terminate_backend(cast(:process as int)) as int)",
                                                {{"process", process}});
        try {
            // The server ends it a moment after it was told to.
            while (true) lost->query<std::int64_t>("select 1");
        } catch (const message::error& failed) {
            CHECK(failed.code() == store::STORE_LOST);
        }
    }
    CHECK(database->borrow()->scalar<std::int64_t>("select 1") == 1);
}

TEST_CASE("who would overwrite what another one has written since they read gives way") {
    test::test_database database;
    make_table(*database->borrow());
    const bool sqlite = database->dialect() == store::dialect::sqlite;
    const auto one = database->borrow();
    const auto other = database->borrow();
    one->execute("insert into thing (id, name) values (1, 'before')");
    one->execute(sqlite ? "begin" : "begin isolation level repeatable read");
    CHECK(one->scalar<std::int64_t>("select count(*) from thing") == 1);
    other->execute("update thing set name = 'other'");
    CHECK(refusal_of(*one, "update thing set name = 'one'") == store::STORE_BUSY);
    one->execute("rollback");
    CHECK(other->scalar<std::string>("select name from thing") == "other");
}

TEST_CASE("threads that write at the same time lose nothing") {
    test::test_database database;
    make_table(*database->borrow());
    const auto insert_fifty = [&](std::int64_t from) {
        for (std::int64_t id = from; id < from + 50; ++id)
            database->transact([&](store::connection& sql) {
                const auto count = sql.scalar<std::int64_t>("select count(*) from thing");
                sql.execute("insert into thing (id, name) values (:id, :name)",
                            {{"id", id}, {"name", std::to_string(*count)}});
            });
    };
    std::thread one(insert_fifty, 0);
    std::thread two(insert_fifty, 1000);
    one.join();
    two.join();
    CHECK(database->borrow()->scalar<std::int64_t>("select count(*) from thing") == 100);
}

TEST_CASE("an unknown kind of database is refused with what to write, and shows no password") {
    for (const auto* location : {"mysql:x", "postgresl://anna:secret@db/x", "postgresql://anna:secret@[::1/x"}) {
        CAPTURE(location);
        try {
            store::database{location};
            FAIL("accepted");
        } catch (const message::error& failed) {
            CHECK(failed.code() == store::STORE_LOCATION);
            CHECK(std::string(failed.what()).find("secret") == std::string::npos);
        }
    }
}

TEST_CASE("a PostgreSQL address without parameters reaches the server it names") {
    try {
        store::database{"postgresql://anna@127.0.0.1:1/school"};
        FAIL("opened");
    } catch (const message::error& failed) {
        CHECK(failed.code() == store::STORE_OPEN);
        const std::string text = failed.what();
        CHECK(text.find("'postgresql://anna@127.0.0.1:1/school'") != std::string::npos);
        CHECK(text.find("port 1 failed") != std::string::npos);
    }
}

TEST_CASE("a database that cannot be opened says why, and shows no password") {
    CHECK_THROWS_WITH_AS(
        store::database("sqlite:/nonexistent/x.db"),
        "STORE_OPEN: The database 'sqlite:/nonexistent/x.db' cannot be opened: No such file or directory. "
        "Nothing was done.",
        message::error);
    try {
        store::database("postgresql://anna:secret@/x?host=/nonexistent&password=secret");
        FAIL("opened");
    } catch (const message::error& failed) {
        CHECK(failed.code() == store::STORE_OPEN);
        CHECK(std::string(failed.what()).find("secret") == std::string::npos);
    }
}

TEST_CASE("a new SQLite file is for its owner alone") {
    const test::temporary_folder folder;
    const auto path = folder.path() / "new.db";
    const store::database database("sqlite:" + path.string());
    const auto mode = std::filesystem::status(path).permissions() & std::filesystem::perms::all;
    CHECK(mode == (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
}

TEST_CASE("processes that open a new SQLite file at the same moment wait for each other") {
    const test::temporary_folder folder;
    for (int round = 0; round < 50; ++round) {
        const auto location = "sqlite:" + (folder.path() / std::to_string(round)).string();
        auto start = text::make_pipe();
        REQUIRE(start);
        std::vector<pid_t> processes;
        for (int number = 0; number < 4; ++number) {
            const auto process = ::fork();
            REQUIRE(process >= 0);
            if (process == 0) {
                ::close(start->write.number());
                char end = 0;
                if (::read(start->read.number(), &end, 1) != 0) ::_exit(2);
                try {
                    store::database database(location);
                    database.transact(
                        [](store::connection& on) { on.execute("create table if not exists a (b text)"); });
                } catch (const std::exception&) {
                    ::_exit(1);
                }
                ::_exit(0);
            }
            processes.push_back(process);
        }
        start->write.close();  // they begin
        for (const auto process : processes) {
            int status = -1;
            CHECK(::waitpid(process, &status, 0) == process);
            CHECK(status == 0);
        }
    }
}

TEST_CASE("a transaction waits for the disk, unless it is of what is found out again") {
    test::test_database database;
    const auto setting = [&](store::connection& on) {
        if (on.dialect() == store::dialect::postgresql) {
            return *on.scalar<std::string>("select current_setting('synchronous_commit')");
        }
        return std::to_string(*on.scalar<std::int64_t>("pragma synchronous"));
    };
    // The tests' PostgreSQL waits for no disk; this connection, which the pool gives each time, does.
    if (database->dialect() == store::dialect::postgresql) database->borrow()->execute("set synchronous_commit = on");
    const auto usual = setting(*database->borrow());
    CHECK(database->transact(setting) == usual);
    CHECK(database->transact(setting, store::durability::soon) != usual);
    CHECK(setting(*database->borrow()) == usual);  // SQLite's own transaction of a single statement
    CHECK(database->transact(setting) == usual);
}

TEST_CASE("a transaction that was not to wait for the disk and cannot begin leaves nothing to the next one") {
    test::test_database database;
    if (database->dialect() != store::dialect::sqlite) return;
    const auto one = database->borrow();
    CHECK(one->scalar<std::int64_t>("pragma busy_timeout = 0") == 0);
    const auto other = database->borrow();
    store::transaction whole(*other);
    try {
        store::transaction(*one, store::durability::soon);
        FAIL("another transaction is under way");
    } catch (const message::error& refused) {
        CHECK(refused.code() == store::STORE_BUSY);
    }
    CHECK(one->scalar<std::int64_t>("pragma synchronous") == 2);
}

TEST_CASE("a transaction that was not to wait for the disk and was taken back leaves nothing to the next one") {
    test::test_database database;
    if (database->dialect() != store::dialect::sqlite) return;  // there it ends with the transaction
    const auto refuse = [](store::connection& on) { on.execute("insert into nowhere values (1)"); };
    CHECK_THROWS_AS(database->transact(refuse, store::durability::soon), message::error);
    CHECK(database->borrow()->scalar<std::int64_t>("pragma synchronous") == 2);
}

namespace {

/// How many connections this process has to the SQLite file. Each has the write-ahead log open for itself; of the file itself SQLite keeps
/// descriptors for as long as any connection lasts.
std::size_t connections_to(const std::filesystem::path& file) {
    std::size_t number = 0;
    for (const auto& each : std::filesystem::directory_iterator("/proc/self/fd")) {
        std::error_code gone;  // the one that lists them
        if (std::filesystem::read_symlink(each.path(), gone) == file.string() + "-wal") ++number;
    }
    return number;
}

}  // namespace

TEST_CASE("of many connections to a SQLite file some stay, and those keep little of it") {
    const test::temporary_folder folder;
    const auto file = folder.path() / "many.db";
    store::database database("sqlite:" + file.string());
    {
        std::vector<store::database::lease> many;
        for (int number = 0; number < 30; ++number) many.push_back(database.borrow());
        CHECK(connections_to(file) > 25);
        CHECK(many.at(0)->scalar<std::int64_t>("select cache_size from pragma_cache_size") == -2000);
        CHECK(many.at(1)->scalar<std::int64_t>("select cache_size from pragma_cache_size") == -256);
    }
    CHECK(connections_to(file) <= 14);
}

TEST_CASE("those who wait to write to a SQLite file hold no connection meanwhile") {
    const test::temporary_folder folder;
    const auto file = folder.path() / "busy.db";
    store::database database("sqlite:" + file.string());
    database.transact(make_table);
    std::vector<std::thread> writers;
    for (int number = 0; number < 12; ++number) {
        writers.emplace_back([&, number] {
            for (int round = 0; round < 20; ++round)
                database.transact([&](store::connection& on) {
                    on.execute("insert into thing (id) values (:id)", {{"id", 100 * number + round}});
                });
        });
    }
    for (auto& each : writers) each.join();
    CHECK(database.borrow()->scalar<std::int64_t>("select count(*) from thing") == 12 * 20);
    CHECK(connections_to(file) <= 2);
}
