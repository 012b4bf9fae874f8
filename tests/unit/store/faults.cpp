#include "message/error.hpp"
#include "refusal.hpp"
#include "store/codes.hpp"
#include "store/database.hpp"
#include "temporary_folder.hpp"
#include "test_database.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

using namespace commhost;
using test::refusal_of;

namespace {

/// A SQLite file with a thousand names in it, closed and whole.
std::filesystem::path file_with_names(const test::temporary_folder& folder) {
    auto path = folder.path() / "names.db";
    store::database database("sqlite:" + path.string());
    database.transact([](store::connection& on) {
        on.execute("create table name (id integer primary key, name text not null)");
        on.execute("with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000)"
                   " insert into name (id, name) select i, 'somebody whose name is number ' || i from n");
    });
    return path;
}

std::int64_t names(store::database& in) {
    return *in.borrow()->scalar<std::int64_t>("select count(*) from name where length(name) > 0");
}

void overwrite(const std::filesystem::path& file, std::streamoff at, std::size_t bytes) {
    std::fstream open(file, std::ios::in | std::ios::out | std::ios::binary);
    open.seekp(at);
    open << std::string(bytes, '\xa5');
}

}  // namespace

TEST_CASE(
    "what was committed to a SQLite file survives a loss of power: every connection of the pool is asked for it") {
    const test::temporary_folder folder;
    store::database database("sqlite:" + (folder.path() / "a.db").string());
    const auto one = database.borrow();
    const auto another = database.borrow();
    for (const auto& on : {one.get(), another.get()}) {
        CHECK(on->scalar<std::string>("pragma journal_mode") == "wal");
        CHECK(on->scalar<std::int64_t>("pragma synchronous") == 2);  // FULL
        CHECK(on->scalar<std::int64_t>("pragma foreign_keys") == 1);
    }
}

TEST_CASE("a SQLite file that can hold no more says so, loses nothing, and goes on when there is room") {
    const test::temporary_folder folder;
    store::database database("sqlite:" + file_with_names(folder).string());
    const auto fill = [&] {
        database.transact([](store::connection& on) { on.execute("insert into name (name) select name from name"); });
    };
    const auto pages = *database.borrow()->scalar<std::int64_t>("pragma page_count");
    database.borrow()->scalar<std::int64_t>("pragma max_page_count = " + std::to_string(pages));
    CHECK(refusal_of(fill) == store::STORE_FULL);
    CHECK(names(database) == 1000);
    database.borrow()->scalar<std::int64_t>("pragma max_page_count = 1000000");
    CHECK(refusal_of(fill) == message::code("none"));
    CHECK(names(database) == 2000);
}

TEST_CASE("a database that may only be read says so, and can be read") {
    test::test_database database;
    const auto on = database->borrow();
    on->execute("create table name (name text)");
    on->execute(database->dialect() == store::dialect::sqlite ? "pragma query_only = 1"
                                                              : "set default_transaction_read_only = on");
    CHECK(refusal_of([&] { on->execute("insert into name (name) values ('a')"); }) == store::STORE_READ_ONLY);
    CHECK(on->scalar<std::int64_t>("select count(*) from name") == 0);
}

TEST_CASE("a SQLite file that its user may read and not write says so when it is opened") {
    const test::temporary_folder folder;
    const auto path = file_with_names(folder);
    std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
    std::filesystem::permissions(path, std::filesystem::perms(0444));
    const pid_t child = ::fork();
    if (child == 0) {
        // Root may write everything.
        if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) ::_exit(2);
        const auto refusal = refusal_of([&] { store::database("sqlite:" + path.string()); });
        ::_exit(refusal == store::STORE_READ_ONLY ? 0 : 1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("a file that is no SQLite database is refused and left as it is") {
    const test::temporary_folder folder;
    const auto path = folder.path() / "letter.db";
    const std::string letter(5000, 'x');
    std::ofstream(path) << letter;
    CHECK(refusal_of([&] { store::database("sqlite:" + path.string()); }) == store::STORE_DAMAGED);
    std::ifstream again(path);
    CHECK(std::string(std::istreambuf_iterator<char>(again), {}) == letter);
}

TEST_CASE("a SQLite file with overwritten pages, or one that was cut off, is told to be damaged") {
    for (const bool cut : {false, true}) {
        CAPTURE(cut);
        const test::temporary_folder folder;
        const auto path = file_with_names(folder);
        const auto size = std::filesystem::file_size(path);
        REQUIRE(size > 3 * 4096);
        if (cut) {
            std::filesystem::resize_file(path, 2 * 4096);
        } else {
            overwrite(path, 4096, size - 4096);
        }
        CHECK(refusal_of([&] {
                  store::database database("sqlite:" + path.string());
                  names(database);
              }) == store::STORE_DAMAGED);
    }
}

TEST_CASE("what a PostgreSQL server says of its disk is told apart from a statement that it refuses") {
    test::test_database database;
    if (database->dialect() == store::dialect::sqlite) return;
    const auto server_says = [&](const std::string& state) {
        return refusal_of(
            [&] { database->borrow()->execute("do 'begin raise exception using errcode = ''" + state + "''; end'"); });
    };
    CHECK(server_says("53100") == store::STORE_FULL);
    CHECK(server_says("XX001") == store::STORE_DAMAGED);
    CHECK(server_says("XX002") == store::STORE_DAMAGED);
    CHECK(server_says("22012") == store::STORE_STATEMENT);
}
