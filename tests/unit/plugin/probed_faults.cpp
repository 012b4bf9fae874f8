#include "plugin/codes.hpp"
#include "plugin_fixtures.hpp"
#include "temporary_folder.hpp"
#include "text/descriptor.hpp"
#include "worker/probe_process.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <string>
#include <string_view>

// What plugins do while they are loaded that they have to be stopped from, or that nothing stops them from.

using namespace commhost;
using namespace std::chrono_literals;

namespace {

plugin::probe_report probe(const std::filesystem::path& library, worker::probe_limits limits = {}) {
    return worker::probe_process(test::probe_program, limits).probe(plugin::sealed_library(library));
}

plugin::problem refusal(const std::filesystem::path& library, worker::probe_limits limits = {}) {
    const auto report = probe(library, limits);
    REQUIRE(report.refusal.has_value());
    CHECK(report.capabilities.empty());
    return *report.refusal;
}

/// The shared object of a fixture that is told this path (tests/plugin/told_path.hpp).
std::filesystem::path telling(std::string_view fault, const std::filesystem::path& path,
                              const test::temporary_folder& folder) {
    auto content = text::read_file(test::library(fault), 10'000'000);
    const auto at = content.find("/nowhere/told-path");
    REQUIRE(at != std::string::npos);
    REQUIRE(path.string().size() < 200);
    content.replace(at, path.string().size() + 1, path.string() + '\0');
    const auto told = folder.path() / test::library(fault).filename();
    test::write_file(told, content);
    return told;
}

/// A pipe that processes of a plugin hold open as long as they live.
class held_pipe {
  public:
    held_pipe() {
        REQUIRE(::mkfifo(path().c_str(), 0600) == 0);
        reading_ = text::descriptor(::open(path().c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
        REQUIRE(reading_.number() >= 0);
    }

    const test::temporary_folder& folder() const { return folder_; }
    std::filesystem::path path() const { return folder_.path() / "pipe"; }

    /// Whether one of them was there.
    bool was_held() const {
        char said = 1;
        return ::read(reading_.number(), &said, 1) == 1;
    }

    /// Whether the last of them ends: one that was killed does when the system comes to it.
    bool is_free() const {
        pollfd freed{reading_.number(), POLLIN, 0};
        return ::poll(&freed, 1, 60'000) == 1 && (freed.revents & POLLHUP) != 0;
    }

  private:
    test::temporary_folder folder_;
    text::descriptor reading_;
};

}  // namespace

TEST_CASE("a plugin that starts processes without end is stopped long before its time is over, and none is left") {
    const held_pipe pipe;
    const auto bomb = refusal(telling("fork_bomb", pipe.path(), pipe.folder()), {.time = 1h});
    CHECK(bomb.code == plugin::PLUGIN_PROBE_FORKS);
    CHECK(test::argument(bomb.arguments, "most") == "32");
    CHECK(pipe.was_held());
    CHECK(pipe.is_free());
}

TEST_CASE("a process that is another one again and again is ended all the same") {
    const held_pipe pipe;
    CHECK(refusal(telling("runs_away", pipe.path(), pipe.folder())).code == plugin::PLUGIN_PROBE_PROCESSES);
    CHECK(pipe.was_held());
    CHECK(pipe.is_free());
}

TEST_CASE("a plugin gets no more files than it may have, and no larger ones") {
    const auto many = refusal(test::library("many_files"));
    CHECK(many.code == plugin::PLUGIN_FACTORY_THREW);
    CHECK(test::argument(many.arguments, "reason") == "one more file: Too many open files");
    const auto large = refusal(test::library("large_file"));
    CHECK(large.code == plugin::PLUGIN_PROBE_CRASHED);
    CHECK(test::argument(large.arguments, "signal") == "SIGXFSZ");
}

TEST_CASE("a thread is seen also where a plugin leaves no descriptor to look for it with") {
    CHECK(refusal(test::library("hides_threads")).code == plugin::PLUGIN_PROBE_THREADS);
}

TEST_CASE("another program in the place of the process is told as the end of that") {
    const auto another = refusal(test::library("execs_another"));
    CHECK(another.code == plugin::PLUGIN_PROBE_EXITED);
    CHECK(test::argument(another.arguments, "status") == "0");
    CHECK(test::argument(another.arguments, "output") == "'I am another'");
}

TEST_CASE("whom a plugin talks to while it is loaded is its own affair, and it has nothing of the host's to tell") {
    const test::temporary_folder folder;
    const text::descriptor listening(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    const auto path = (folder.path() / "socket").string();
    REQUIRE(path.size() < sizeof where.sun_path);
    path.copy(where.sun_path, sizeof where.sun_path - 1);
    REQUIRE(::bind(listening.number(), reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0);
    REQUIRE(::listen(listening.number(), 1) == 0);
    ::setenv("COMMHOST_SETTINGS_TOKEN", "hunter2", 1);
    ::setenv("PGPASSWORD", "hunter2", 1);
    const auto report = probe(telling("opens_network", path, folder));
    ::unsetenv("COMMHOST_SETTINGS_TOKEN");
    ::unsetenv("PGPASSWORD");
    CHECK(!report.refusal);
    const text::descriptor connection(::accept(listening.number(), nullptr, nullptr));
    REQUIRE(connection.number() >= 0);
    std::string told;
    std::array<char, 4096> piece{};
    for (ssize_t got = 0; (got = ::read(connection.number(), piece.data(), piece.size())) > 0;)
        told.append(piece.data(), static_cast<std::size_t>(got));
    CHECK(told.find("PATH=") != std::string::npos);
    CHECK(told.find("hunter2") == std::string::npos);
}

TEST_CASE("what a plugin would do at the end of its program never happens") {
    for (const auto* fault : {"static_destructor_crashes", "thread_local_destructor"}) {
        CAPTURE(fault);
        const auto report = probe(test::library(fault));
        CHECK(!report.refusal);
        CHECK(report.capabilities == plugin::capability_list{plugin::capability::room_chat_provider});
    }
}

TEST_CASE("a capability that is private, or there by two ways, is none") {
    for (const auto* fault : {"private_base", "ambiguous_base"}) {
        CAPTURE(fault);
        const auto report = probe(test::library(fault));
        CHECK(!report.refusal);
        CHECK(report.capabilities.empty());  // which the manifest claims: PLUGIN_CAPABILITY_ABSENT
    }
}
