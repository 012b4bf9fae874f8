#include "plugin/staging.hpp"

#include "plugin/codes.hpp"
#include "plugin_fixtures.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>

using namespace commhost;
namespace fs = std::filesystem;

namespace {

const std::array<uid_t, 1> me{::geteuid()};

struct fixture {
    void put(const fs::path& where, const char* content) { test::write_file(where / "mark", content); }

    std::string in_place() const {
        return fs::exists(root / "good/mark") ? text::read_file(root / "good/mark", 100) : "nothing";
    }

    /// Does the work in a process that is killed at its end, as at any of its points.
    static void killed_after(const std::function<void()>& work) {
        const auto process = ::fork();
        if (process == 0) {
            work();
            ::raise(SIGKILL);
        }
        int status = 0;
        REQUIRE(::waitpid(process, &status, 0) == process);
        REQUIRE(WIFSIGNALED(status));
    }

    test::temporary_folder folder;
    fs::path root = folder.path() / "provider";
    fs::path hidden = root / ".commhost-install";
};

}  // namespace

TEST_CASE_FIXTURE(fixture, "a root that is not there is made, for nobody else to write in, whatever the umask") {
    root = folder.path() / "some/where/provider";
    const auto before = ::umask(0077);
    { const plugin::staging staged(root, me); }
    ::umask(before);
    CHECK(fs::status(root).permissions() == fs::perms(0755));
    CHECK(fs::status(root.parent_path()).permissions() == fs::perms(0755));
    CHECK(fs::is_empty(root));
}

TEST_CASE_FIXTURE(fixture, "nothing is staged in a root in which others can write") {
    fs::create_directory(root);
    fs::permissions(root, fs::perms(0775));
    CHECK(test::thrown_by([&] { const plugin::staging staged(root, me); }).code() == plugin::PLUGIN_WRITABLE);
    CHECK_FALSE(fs::exists(hidden));
}

TEST_CASE_FIXTURE(fixture, "what is new goes into its place, and what was there can come back") {
    plugin::staging staged(root, me);
    CHECK(fs::status(hidden).permissions() == fs::perms(0700));
    put(staged.fresh() / "good", "first");
    staged.put_in_place("good");
    CHECK(in_place() == "first");
    staged.take_back();
    CHECK(in_place() == "nothing");
    staged.put_in_place("good");
    put(staged.fresh() / "good", "second");
    staged.put_in_place("good");
    CHECK(in_place() == "second");
    staged.take_back();
    CHECK(in_place() == "first");
}

TEST_CASE_FIXTURE(fixture, "what is taken out can come back, and goes for good with the staging") {
    put(root / "good", "old");
    {
        plugin::staging staged(root, me);
        staged.take_out("good");
        CHECK(in_place() == "nothing");
        staged.put_back();
        CHECK(in_place() == "old");
        staged.take_out("good");
    }
    CHECK(in_place() == "nothing");
    CHECK(fs::is_empty(root));
}

TEST_CASE_FIXTURE(fixture,
                  "whoever is killed leaves the old plugin whole or the new one, and a folder that the next empties") {
    put(root / "good", "old");
    killed_after([&] {
        plugin::staging staged(root, me);
        put(staged.fresh() / "good", "half");
        ::raise(SIGKILL);
    });
    CHECK(in_place() == "old");
    REQUIRE(plugin::left_in(root).has_value());
    CHECK(plugin::left_in(root)->code == plugin::PLUGIN_INSTALL_LEFT);
    CHECK(test::argument(plugin::left_in(root)->arguments, "folder") == hidden.string());
    killed_after([&] {
        plugin::staging staged(root, me);
        CHECK(fs::is_empty(staged.fresh()));
        put(staged.fresh() / "good", "new");
        staged.put_in_place("good");
    });
    CHECK(in_place() == "new");
    killed_after([&] {
        plugin::staging staged(root, me);
        staged.take_out("good");
    });
    CHECK(in_place() == "nothing");
    { const plugin::staging staged(root, me); }
    CHECK(fs::is_empty(root));
    CHECK_FALSE(plugin::left_in(root));
}

TEST_CASE_FIXTURE(fixture, "nothing is said to be left while somebody is at it, and a second one waits for the first") {
    std::atomic<bool> second_began = false;
    std::thread second;
    {
        const plugin::staging first(root, me);
        CHECK_FALSE(plugin::left_in(root));
        second = std::thread([&] {
            const plugin::staging staged(root, me);
            second_began = true;
        });
        CHECK_FALSE(second_began);
    }
    second.join();
    CHECK(second_began);
    CHECK(fs::is_empty(root));
}

TEST_CASE_FIXTURE(fixture, "what the system refuses is told, and nothing has moved") {
    put(root / "good", "old");
    plugin::staging staged(root, me);
    const auto thrown = test::thrown_by([&] { staged.take_out("other"); });
    CHECK(thrown.code() == plugin::PLUGIN_INSTALL_WRITE);
    CHECK(in_place() == "old");
}
