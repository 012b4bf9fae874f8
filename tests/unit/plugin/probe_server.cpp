#include "worker/probe_server.hpp"

#include "plugin/codes.hpp"
#include "plugin_fixtures.hpp"
#include "text/descriptor.hpp"
#include "text/file_content.hpp"
#include "worker/probe_channel.hpp"
#include "worker/probe_process.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>

using namespace commhost;
using namespace std::chrono_literals;

namespace {

/// The children of the thread that asks, which have been waited for if they have ended.
std::set<pid_t> children() {
    std::istringstream list(text::read_file("/proc/thread-self/children", 1'000'000));
    std::set<pid_t> found;
    for (pid_t each = 0; list >> each;) found.insert(each);
    return found;
}

plugin::probe_report probe(const worker::probe_process& with, std::string_view fault) {
    return with.probe(plugin::sealed_library(test::library(fault)));
}

/// The server that waits for the next order of this thread.
pid_t idle_server(const std::set<pid_t>& before) {
    for (const auto each : children())
        if (!before.contains(each)) return each;
    return -1;
}

void end_and_wait(pid_t process) {
    const text::descriptor end(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
    ::kill(process, SIGKILL);
    pollfd ended{end.number(), POLLIN, 0};
    REQUIRE(::poll(&ended, 1, 60'000) == 1);
}

}  // namespace

TEST_CASE("one process makes the probes of all plugins of a thread, until it is told to rest") {
    const auto before = children();
    const worker::probe_process prober(test::probe_program);
    CHECK(!probe(prober, "good").refusal);
    const auto first = idle_server(before);
    REQUIRE(first > 0);
    CHECK(!probe(prober, "noisy").refusal);
    CHECK(!probe(prober, "good").refusal);
    CHECK(idle_server(before) == first);
    prober.rest();
    CHECK(children() == before);
    CHECK(!probe(prober, "good").refusal);
}

TEST_CASE("a server serves no other plugin when it has served one that is refused") {
    const auto before = children();
    const worker::probe_process prober(test::probe_program);
    for (const auto* fault : {"crashes_on_load", "leaves_child", "signals_parent", "forges_twice", "factory_null"}) {
        CAPTURE(fault);
        CHECK(!probe(prober, "good").refusal);
        CHECK(probe(prober, fault).refusal.has_value());
        CHECK(children() == before);
    }
    CHECK(!probe(prober, "good").refusal);
}

TEST_CASE("a plugin answers for the end of a server only when that has served no other") {
    const auto before = children();
    const worker::probe_process prober(test::probe_program);
    CHECK(!probe(prober, "good").refusal);
    end_and_wait(idle_server(before));
    CHECK(!probe(prober, "good").refusal);
    // As a plugin could have left it: it gets the next order, and cannot open what comes with that.
    const rlimit none{0, 0};
    REQUIRE(::prlimit(idle_server(before), RLIMIT_NOFILE, &none, nullptr) == 0);
    CHECK(!probe(prober, "good").refusal);
    CHECK(!probe(prober, "good").refusal);
    const auto killed = probe(prober, "signals_parent");
    REQUIRE(killed.refusal.has_value());
    CHECK(killed.refusal->code == plugin::PLUGIN_PROBE_WATCHER);
}

TEST_CASE("a plugin has nothing open of what its server has, and the limits of a probe") {
    const worker::probe_process prober(test::probe_program);
    CHECK(!probe(prober, "good").refusal);
    const auto told = probe(prober, "tells_descriptors");
    CHECK(!told.refusal);
    CAPTURE(told.output);
    CHECK(told.output.find("socket:") == std::string::npos);
    CHECK(told.output.find("anon_inode:") == std::string::npos);
    CHECK(told.output.find("0 /memfd:commhost (deleted)") != std::string::npos);
    CHECK(told.output.find("4 /memfd:libcommunication_tells_descriptors.so (deleted)") != std::string::npos);
    CHECK(told.output.find("most 64") != std::string::npos);
}

TEST_CASE("a server ends with the thread that uses it, and its place is taken by another one") {
    const worker::probe_process prober(test::probe_program);
    for (int turn = 0; turn < 3; ++turn) std::thread([&] { CHECK(!probe(prober, "good").refusal); }).join();
    CHECK(!probe(prober, "good").refusal);
}

TEST_CASE("an order arrives as it was sent, with the file that it is about") {
    const auto ends = worker::make_channel();
    REQUIRE(ends.has_value());
    const text::descriptor file(::open(test::library("good").c_str(), O_RDONLY | O_CLOEXEC));
    REQUIRE(!worker::send_order(ends->host.number(), {"/a/b \"c\"\n.so", 1500ms, 10, 20}, file.number()));
    const auto received = worker::receive_order(ends->server.number());
    REQUIRE(received.has_value());
    const auto& [order, library] = *received;
    CHECK(order.library == "/a/b \"c\"\n.so");
    CHECK(order.time == 1500ms);
    CHECK(order.output == 10);
    CHECK(order.flood == 20);
    CHECK(std::filesystem::equivalent("/proc/self/fd/" + std::to_string(library.number()), test::library("good")));
}

TEST_CASE("what is no order, or comes without a file, is none") {
    for (const auto* sent : {"", "{", R"({"library": "a.so", "time": 1, "output": 1, "flood": 1})", "[]", "{}"}) {
        CAPTURE(sent);
        auto ends = worker::make_channel();
        REQUIRE(ends.has_value());
        REQUIRE(worker::send_line(ends->host.number(), sent));
        ends->host.close();
        CHECK(!worker::receive_order(ends->server.number()).has_value());
    }
    CHECK_THROWS_AS(worker::order_of("{}"), std::invalid_argument);
    CHECK_THROWS_AS(worker::order_of("no JSON"), std::invalid_argument);
}
