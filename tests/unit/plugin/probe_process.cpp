#include "worker/probe_process.hpp"

#include "plugin/codes.hpp"
#include "plugin_fixtures.hpp"
#include "temporary_folder.hpp"
#include "text/descriptor.hpp"
#include "worker/event.hpp"
#include "worker/limited_child.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

using namespace commhost;
using namespace std::chrono_literals;

namespace {

plugin::probe_report probe(std::string_view fault, worker::probe_limits limits = {}) {
    return worker::probe_process(test::probe_program, limits).probe(plugin::sealed_library(test::library(fault)));
}

plugin::problem refusal(std::string_view fault, worker::probe_limits limits = {}) {
    const auto report = probe(fault, limits);
    REQUIRE(report.refusal.has_value());
    CHECK(report.capabilities.empty());
    return *report.refusal;
}

std::string argument(const plugin::problem& problem, std::string_view name) {
    return test::argument(problem.arguments, name);
}

/// Whether a process that was killed ends, when the system comes to it; gone is as good. That it disappears is up to whoever
/// inherited it.
bool has_ended(pid_t process) {
    const text::descriptor end(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
    if (!end) return errno == ESRCH;
    pollfd ended{end.number(), POLLIN, 0};
    return ::poll(&ended, 1, 60'000) == 1;
}

worker::child_result shell(const std::string& script, worker::child_limits limits = {5s, 1ULL << 30U, 1000, 1000}) {
    return worker::run_limited("/bin/sh", std::vector<std::string>{"-c", script}, limits);
}

}  // namespace

TEST_CASE("a good plugin reports what it can do") {
    const auto report = probe("good");
    CHECK(!report.refusal);
    CHECK(report.capabilities ==
          plugin::capability_list{plugin::capability::room_chat_provider, plugin::capability::room_user_provider});
}

TEST_CASE("a plugin that crashes is refused with the signal's name and what it printed") {
    const auto crash = refusal("crashes_on_load");
    CHECK(crash.code == plugin::PLUGIN_PROBE_CRASHED);
    CHECK(argument(crash, "signal") == "SIGABRT");
    CHECK(argument(crash, "output") == "'about to  [31mcrash'");
}

TEST_CASE("a plugin that hangs is killed at the limit") {
    const auto hang = refusal("hangs_on_load", {.time = 500ms});
    CHECK(hang.code == plugin::PLUGIN_PROBE_TIMEOUT);
    CHECK(argument(hang, "seconds") == "0.5");
}

TEST_CASE("a plugin that exits is refused, even when it calls that success") {
    const auto exit = refusal("exits_on_load");
    CHECK(exit.code == plugin::PLUGIN_PROBE_EXITED);
    CHECK(argument(exit, "status") == "0");
}

TEST_CASE("an exception while it is loaded or made is a refusal that repeats what it said") {
    // From dlopen it reaches us, or ends the child, as the C library and the sanitizers have it.
    CHECK(refusal("throws_on_load").text().find("no network yet") != std::string::npos);
    CHECK(refusal("factory_throws").code == plugin::PLUGIN_FACTORY_THREW);
    CHECK(refusal("factory_null").code == plugin::PLUGIN_FACTORY_NULL);
    CHECK(refusal("undefined_symbol").code == plugin::PLUGIN_SYMBOL_UNDEFINED);
    CHECK(refusal("missing_body").text().find("a virtual function of the class has no body") != std::string::npos);
    CHECK(refusal("throws_number").text().find("something that is no std::exception") != std::string::npos);
    CHECK(refusal("missing_library").code == plugin::PLUGIN_NEEDED_MISSING);
}

TEST_CASE("what a plugin prints is kept in part and never taken for its report") {
    const auto report = probe("noisy");
    CHECK(!report.refusal);
    CHECK(report.output == std::string(4096, 'x'));
    CHECK(probe("writes_report").refusal == std::nullopt);
}

TEST_CASE("a plugin that leaves a process or a thread running is refused, and not waited for") {
    // It would run for ever, and a probe that waited for it would end at its limit.
    CHECK(refusal("leaves_child").code == plugin::PLUGIN_PROBE_PROCESSES);
    CHECK(refusal("leaves_threads").code == plugin::PLUGIN_PROBE_THREADS);
}

TEST_CASE("a plugin that ends the process that watches it harms nobody else") {
    const auto killed = refusal("signals_parent");
    CHECK(killed.code == plugin::PLUGIN_PROBE_WATCHER);
    CHECK(argument(killed, "signal") == "SIGKILL");
}

TEST_CASE("however a plugin ends the process it is loaded in, it is told so") {
    const auto quiet = refusal("exits_quietly");
    CHECK(quiet.code == plugin::PLUGIN_PROBE_EXITED);
    CHECK(argument(quiet, "status") == "0");
    const auto killed = refusal("kills_itself");
    CHECK(killed.code == plugin::PLUGIN_PROBE_CRASHED);
    CHECK(argument(killed, "signal") == "SIGKILL");
}

TEST_CASE("a plugin that closes what it did not open is refused") {
    CHECK(refusal("closes_output").code == plugin::PLUGIN_PROBE_DESCRIPTORS);
    CHECK(refusal("closes_descriptors").code == plugin::PLUGIN_PROBE_DESCRIPTORS);  // the one for its report, too
}

TEST_CASE("a plugin that stops or ignores every signal is killed at the limit") {
    for (const std::string fault : {"stops_itself", "ignores_signals"}) {
        CAPTURE(fault);
        const auto killed = refusal(fault, {.time = 500ms});
        CHECK_MESSAGE(killed.code == plugin::PLUGIN_PROBE_TIMEOUT, killed.text());
    }
}

TEST_CASE("a plugin that prints without end is killed for that, long before its time is over") {
    for (const auto* fault : {"floods_output", "floods_from_children"}) {
        CAPTURE(fault);
        const auto flood = refusal(fault, {.time = 1h, .flood = 64UL * 1024});
        CHECK(flood.code == plugin::PLUGIN_PROBE_FLOOD);
        CHECK(argument(flood, "most") == "64 KiB");
    }
}

TEST_CASE("a forged report reaches no terminal, and does not count beside the real one") {
    const auto forged = refusal("forges_report");
    CHECK(forged.code == plugin::PLUGIN_LOAD);
    CHECK(argument(forged, "library") == " [31mx");
    CHECK(argument(forged, "reason") == "ask me");
    CHECK(refusal("forges_twice").code == plugin::PLUGIN_PROBE_REPORT);
}

TEST_CASE("what a plugin does to its process ends with the process") {
    const auto mask = ::umask(0022);
    CHECK(!probe("changes_process").refusal);
    CHECK(::umask(mask) == 0022);
}

TEST_CASE("a process that a plugin has made a daemon does not outlive the probe") {
    const auto report = probe("leaves_daemon");
    REQUIRE(report.refusal.has_value());
    CHECK(report.refusal->code == plugin::PLUGIN_PROBE_PROCESSES);
    REQUIRE(report.output.starts_with("daemon "));
    CHECK(has_ended(static_cast<pid_t>(std::stol(report.output.substr(7)))));
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("a plugin that asks for too much memory does not get it") {
    const auto greedy = refusal("eats_memory");
    CHECK(greedy.code == plugin::PLUGIN_FACTORY_THREW);
    CHECK(argument(greedy, "reason") == "std::bad_alloc");
}

TEST_CASE("a plugin that takes memory or stack without end is stopped by its limits") {
    CHECK(refusal("overflows_stack").code == plugin::PLUGIN_PROBE_CRASHED);
    const auto greedy = refusal("allocates_on_load");
    CHECK(greedy.text().find("std::bad_alloc") != std::string::npos);
}
#endif

TEST_CASE("a program that is not there is an error of the host") {
    const auto thrown = test::thrown_by(
        [] { worker::probe_process("/nowhere/commhost").probe(plugin::sealed_library(test::library("good"))); });
    CHECK(thrown.code() == plugin::PROBE_START);
    CHECK(test::argument(thrown.arguments(), "reason") == "No such file or directory");
}

TEST_CASE("a child gets no input, no other files, none of commhost's environment and a folder of nobody") {
    ::setenv("COMMHOST_SETTINGS_TOKEN", "hunter2", 1);
    const auto seen = shell("env; pwd; cat; ls /proc/self/fd | tr '\\n' ' '; ulimit -c");
    ::unsetenv("COMMHOST_SETTINGS_TOKEN");
    CHECK(seen.output.find("hunter2") == std::string::npos);
    CHECK(seen.output.find("PATH=") != std::string::npos);
    CHECK(seen.output.find("\n/\n0 1 2 3 4 0") != std::string::npos);  // 4 is the folder that ls reads
}

TEST_CASE("what a child leaves behind is killed with it, at its end and at its limit") {
    for (const auto* then : {"exit 0", "sleep 1000"}) {
        worker::child_result result;
        // On a busy machine it may take longer than that until something is printed.
        for (auto limit = 500ms; result.output.empty(); limit *= 2)
            result = shell(std::string("sleep 1000 & echo $!; ") + then, {limit, 1ULL << 30U, 1000, 1000});
        const auto left_behind = static_cast<pid_t>(std::stol(result.output));
        const bool alive = !has_ended(left_behind);
        CHECK_MESSAGE(!alive, then);
        if (alive) ::kill(left_behind, SIGKILL);
    }
}

TEST_CASE("the report comes through a descriptor of its own, and how the child ended is told") {
    const auto result = shell("echo printed; echo reported >&3; exit 7");
    CHECK(result.output == "printed");
    CHECK(result.report == "reported\n");
    CHECK(result.end == worker::child_end::exited);
    CHECK(result.status == 7);
    const auto killed = shell("kill -SEGV $$");
    CHECK(killed.end == worker::child_end::signalled);
    CHECK(killed.status == SIGSEGV);
}

TEST_CASE("a child that never stops printing is killed at its limit") {
    const auto result = shell("yes; yes >&3", {300ms, 1ULL << 30U, 1000, 1000});
    CHECK(result.end == worker::child_end::killed_at_limit);
    CHECK(result.output.size() <= 1000);
}

TEST_CASE("several children run at the same time") {
    // Each opens its pipe, which waits until the next one reads it, and so on in a circle.
    constexpr int number = 8;
    const test::temporary_folder folder;
    const auto pipe = [&](int of) { return (folder.path() / std::to_string(of % number)).string(); };
    for (int each = 0; each < number; ++each) REQUIRE(::mkfifo(pipe(each).c_str(), 0600) == 0);
    std::vector<std::thread> threads;
    for (int each = 0; each < number; ++each)
        threads.emplace_back([&pipe, each] {
            const auto script = "echo met > " + pipe(each) + " & cat " + pipe(each + 1) + "; wait";
            CHECK(shell(script, {60s, 1ULL << 30U, 1000, 1000}).output == "met");
        });
    for (auto& thread : threads) thread.join();
}

TEST_CASE("a child is ended when nobody wants its result any more, whenever that is said") {
    const worker::event stop;
    worker::child_limits limits{60s, 1ULL << 30U, 1000, 1000, stop.descriptor()};
    const test::temporary_folder folder;
    const auto pipe = (folder.path() / "started").string();
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    std::thread other([&] {
        const text::descriptor started(::open(pipe.c_str(), O_RDONLY | O_CLOEXEC));  // waits for the child
        stop.signal();
    });
    CHECK(shell("exec 4> " + pipe + "; exec sleep 1000", limits).end == worker::child_end::stopped);
    other.join();
    CHECK(shell("exec sleep 1000", limits).end == worker::child_end::stopped);
}
