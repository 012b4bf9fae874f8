#include "worker/folder_changes.hpp"

#include "temporary_folder.hpp"
#include "text/descriptor.hpp"
#include "worker/event.hpp"

#include <doctest/doctest.h>
#include <poll.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <vector>

using namespace commhost;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

struct fixture {
    fixture() { fs::create_directories(root / "example/lang/en"); }

    /// inotify tells of a change before the call that made it returns.
    bool told() const {
        struct pollfd asked {
            changes.descriptor(), POLLIN, 0
        };
        return ::poll(&asked, 1, 0) == 1;
    }
    bool tells_of(const fs::path& file) {
        REQUIRE_FALSE(changes.follow(std::vector{root}));
        REQUIRE_FALSE(told());
        std::ofstream(file) << "{}";
        return told();
    }

    test::temporary_folder folder;
    fs::path root = folder.path() / "a/b/provider";
    worker::folder_changes changes;
};

}  // namespace

TEST_CASE_FIXTURE(fixture, "a change is told down to the texts of a language, and no deeper") {
    CHECK(tells_of(root / "file"));
    CHECK(tells_of(root / "example/version.json"));
    CHECK(tells_of(root / "example/lang/file"));
    CHECK(tells_of(root / "example/lang/en/communication_example.json"));
    fs::create_directory(root / "example/lang/en/deeper");
    CHECK_FALSE(tells_of(root / "example/lang/en/deeper/file"));
    CHECK_FALSE(tells_of(folder.path() / "a/b/beside"));
}

TEST_CASE_FIXTURE(fixture, "another mode, a removal and a renaming are told") {
    const auto file = root / "example/version.json";
    std::ofstream(file) << "{}";
    const auto told_after = [&](auto change) {
        REQUIRE_FALSE(changes.follow(std::vector{root}));
        change();
        return told();
    };
    CHECK(told_after([&] { fs::permissions(file, fs::perms(0600)); }));
    CHECK(told_after([&] { fs::rename(file, root / "example/other.json"); }));
    CHECK(told_after([&] { fs::remove(root / "example/other.json"); }));
    CHECK(told_after([&] { fs::rename(root / "example", folder.path() / "example"); }));
}

TEST_CASE_FIXTURE(fixture, "a plugin that is a link is followed, a link in a plugin is not") {
    const auto elsewhere = folder.path() / "elsewhere";
    fs::create_directories(elsewhere / "lang/en");
    fs::create_directory(folder.path() / "texts");
    fs::create_directory_symlink(elsewhere, root / "linked");
    fs::create_directory_symlink(folder.path() / "texts", root / "example/linked");
    CHECK(tells_of(elsewhere / "lang/en/communication_linked.json"));
    CHECK_FALSE(tells_of(folder.path() / "texts/file"));
}

TEST_CASE_FIXTURE(fixture, "each step on the way to a root that is not there is told") {
    fs::remove_all(folder.path() / "a");
    for (const auto& step : {folder.path() / "a", folder.path() / "a/b", root}) {
        CAPTURE(step.string());
        REQUIRE_FALSE(changes.follow(std::vector{root}));
        CHECK_FALSE(told());
        fs::create_directory(step);
        CHECK(told());
    }
    CHECK(tells_of(root / "file"));
}

TEST_CASE_FIXTURE(fixture, "a root that comes as a whole is told, and what is written above it is not") {
    fs::rename(root, folder.path() / "ready");
    std::ofstream(folder.path() / "a/b/file") << "1";
    REQUIRE_FALSE(changes.follow(std::vector{root}));
    std::ofstream(folder.path() / "a/b/file") << "2";
    CHECK_FALSE(told());
    fs::rename(folder.path() / "ready", root);
    CHECK(told());
}

TEST_CASE_FIXTURE(fixture, "a root that is not there takes nothing from one that its parent is") {
    const auto absent = root / "absent";
    REQUIRE_FALSE(changes.follow(std::vector{root, absent}));
    std::ofstream file(root / "file");
    changes.settle(0ms, 0ms, -1);
    REQUIRE_FALSE(changes.follow(std::vector{root, absent}));
    file << "more";
    file.close();
    CHECK_MESSAGE(told(), "that it was written");
}

TEST_CASE_FIXTURE(fixture, "settling ends once nothing changes, and at once when it is to stop") {
    worker::event stop;
    REQUIRE_FALSE(changes.follow(std::vector{root}));
    std::ofstream(root / "file") << "{}";
    changes.settle(1ms, 1h, stop.descriptor());
    CHECK_FALSE(told());
    stop.signal();
    changes.settle(24h, 24h, stop.descriptor());
}
