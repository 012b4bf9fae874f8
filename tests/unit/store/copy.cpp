#include "store/copy.hpp"

#include "message/error.hpp"
#include "refusal.hpp"
#include "store/codes.hpp"
#include "temporary_folder.hpp"
#include "test_database.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

using namespace commhost;
namespace fs = std::filesystem;

namespace {

std::string content_of(const fs::path& file) {
    std::ifstream open(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(open), {}};
}

std::ptrdiff_t files_in(const fs::path& folder) {
    return std::distance(fs::directory_iterator(folder), fs::directory_iterator());
}

void plant(store::connection& on) {
    on.execute("create table tree (name text not null)");
    on.execute("insert into tree (name) with recursive n(i) as (select 1 union all select i + 1 from n where i < 2000)"
               " select 'a tree whose number is ' || i from n");
}

message::code refusal_of(const store::database& of, store::connection& on, const fs::path& file) {
    return test::refusal_of([&] { store::copy(of, on, file); });
}

/// The names in the copy, as the database's own program reads it.
std::string names_in(const store::database& of, const fs::path& copy, const fs::path& folder) {
    if (of.dialect() == store::dialect::sqlite) {
        store::database read("sqlite:" + copy.string());
        return read.borrow()->scalar<std::string>("select group_concat(name) from tree").value_or("");
    }
    const auto text = folder / "restored.sql";
    const auto command = "pg_restore --file='" + text.string() + "' '" + copy.string() + "'";
    REQUIRE(std::system(command.c_str()) == 0);
    return content_of(text);
}

/// The variable is as it was at the end.
class changed_variable {
  public:
    changed_variable(const char* name, const std::string& value) : name_(name), before_(std::getenv(name)) {
        ::setenv(name, value.c_str(), 1);
    }
    ~changed_variable() { ::setenv(name_, before_.c_str(), 1); }
    changed_variable(const changed_variable&) = delete;
    changed_variable& operator=(const changed_variable&) = delete;

  private:
    const char* name_;
    std::string before_;
};

/// No file grows beyond so many bytes, of this process and of those that it starts.
class small_disk {
  public:
    explicit small_disk(rlim_t bytes) : before_(std::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &limits_);
        const rlimit less{bytes, limits_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &less);
    }
    ~small_disk() {
        ::setrlimit(RLIMIT_FSIZE, &limits_);
        std::signal(SIGXFSZ, before_);
    }
    small_disk(const small_disk&) = delete;
    small_disk& operator=(const small_disk&) = delete;

  private:
    void (*before_)(int);
    rlimit limits_{};
};

}  // namespace

TEST_CASE("a copy has what was committed, is nobody else's to read, and waits for no writer") {
    test::test_database database;
    const test::temporary_folder folder;
    const auto file = folder.path() / "copy";
    const auto on = database->borrow();
    plant(*on);
    const auto writer = database->borrow();
    store::transaction writing(*writer);
    writer->execute("insert into tree (name) values ('not yet')");
    store::copy(*database, *on, file);
    CHECK(files_in(folder.path()) == 1);
    CHECK(fs::status(file).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
    const auto names = names_in(*database, file, folder.path());
    CHECK(names.find("a tree whose number is 2000") != std::string::npos);
    CHECK(names.find("not yet") == std::string::npos);
}

TEST_CASE("a file that is there is never overwritten by a copy") {
    test::test_database database;
    const test::temporary_folder folder;
    const auto file = folder.path() / "letter";
    std::ofstream(file) << "dear Ada";
    CHECK(refusal_of(*database, *database->borrow(), file) == store::STORE_COPY);
    CHECK(content_of(file) == "dear Ada");
    CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("a copy for which there is no room leaves nothing of itself, and the database as it was") {
    test::test_database database;
    const test::temporary_folder folder;
    const auto file = folder.path() / "copy";
    const auto on = database->borrow();
    plant(*on);
    {
        const small_disk disk(512);
        CHECK(refusal_of(*database, *on, file) == store::STORE_COPY);
    }
    CHECK(files_in(folder.path()) == 0);
    CHECK(on->scalar<std::int64_t>("select count(*) from tree") == 2000);
    CHECK(refusal_of(*database, *on, file) == message::code("none"));
}

TEST_CASE("a copy into a folder that is not there says so") {
    test::test_database database;
    const test::temporary_folder folder;
    CHECK(refusal_of(*database, *database->borrow(), folder.path() / "no" / "copy") == store::STORE_COPY);
}

TEST_CASE("of a damaged SQLite file no copy is made that might be taken for a whole one") {
    const test::temporary_folder folder;
    const auto damaged = folder.path() / "tree.db";
    {
        store::database whole("sqlite:" + damaged.string());
        plant(*whole.borrow());
    }
    {
        std::fstream open(damaged, std::ios::in | std::ios::out | std::ios::binary);
        open.seekp(3 * 4096);
        open << std::string(4096, '\xa5');
    }
    store::database database("sqlite:" + damaged.string());
    const auto copy = folder.path() / "copy";
    CHECK(refusal_of(database, *database.borrow(), copy) == store::STORE_DAMAGED);
    CHECK_FALSE(fs::exists(copy));
}

TEST_CASE("without pg_dump there is no copy of a PostgreSQL database") {
    test::test_database database;
    if (database->dialect() == store::dialect::sqlite) return;
    const test::temporary_folder folder;
    const changed_variable nowhere("PATH", folder.path().string());
    CHECK(refusal_of(*database, *database->borrow(), folder.path() / "copy") == store::STORE_COPY_TOOL);
    CHECK(files_in(folder.path()) == 0);
}

TEST_CASE("the words of pg_dump, which everybody may read, hold no password, and its environment does") {
    test::test_database database;
    if (database->dialect() == store::dialect::sqlite) return;
    const test::temporary_folder folder;
    const auto program = folder.path() / "pg_dump";
    std::ofstream(program) << "#!/bin/sh\n"
                              "cd '" +
                                  folder.path().string() +
                                  "'\nprintf '%s\\n' \"$@\" > words\n"
                                  "printf '%s' \"$PGPASSWORD\" > password\n";
    fs::permissions(program, fs::perms::owner_all);
    store::database with_password(database.location() + "&password=geheim");
    const changed_variable path("PATH", folder.path().string() + ":" + std::getenv("PATH"));
    store::copy(with_password, *with_password.borrow(), folder.path() / "copy");
    CHECK(content_of(folder.path() / "password") == "geheim");
    const auto words = content_of(folder.path() / "words");
    CHECK(words.find("--format=custom") != std::string::npos);
    CHECK(words.find("geheim") == std::string::npos);
}
