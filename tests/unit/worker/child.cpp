#include "worker/child.hpp"

#include "message/error.hpp"
#include "worker/codes.hpp"

#include <doctest/doctest.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <map>
#include <string>
#include <thread>
#include <vector>

using namespace commhost;

namespace {

/// Waits for the child's end without taking it from children::reap.
std::vector<worker::ended_child> end_of(worker::children& children, pid_t process) {
    const int descriptor = static_cast<int>(::syscall(SYS_pidfd_open, process, 0));
    REQUIRE(descriptor >= 0);
    struct pollfd ended {
        descriptor, POLLIN, 0
    };
    REQUIRE(::poll(&ended, 1, 60'000) == 1);
    ::close(descriptor);
    return children.reap();
}

}  // namespace

TEST_CASE("a child's status and its signal are told apart") {
    worker::children children;
    const auto orderly = end_of(children, children.start({"/bin/sh", "-c", "exit 3"}));
    REQUIRE(orderly.size() == 1);
    CHECK(orderly[0].exit_status == 3);
    CHECK(orderly[0].signal == 0);
    CHECK(orderly[0].how == "exited with status 3");

    const auto crashed = end_of(children, children.start({"/bin/sh", "-c", "kill -SEGV $$"}));
    REQUIRE(crashed.size() == 1);
    CHECK(crashed[0].exit_status == -1);
    CHECK(crashed[0].signal == SIGSEGV);
    CHECK(crashed[0].how == "killed by signal 11 (Segmentation fault)");
    CHECK(children.reap().empty());
}

TEST_CASE("a child that tells of its work is known to have done some") {
    worker::children children;
    const auto shell = [&](const std::string& script) {
        return end_of(children, children.start({"/bin/bash", "-c", script})).at(0).did_work;
    };
    CHECK(shell(R"(printf '\1\0\0\0\0\0\0\0' >&)" + std::to_string(worker::work_descriptor)));
    CHECK_FALSE(shell("exit 0"));
}

TEST_CASE("where the system tells nothing of children that end, they end all the same") {
    worker::children children;
    const auto before = std::signal(SIGCHLD, SIG_IGN);
    children.start({"/bin/sh", "-c", "exit 3"});
    auto ended = children.reap();
    for (; ended.empty(); ended = children.reap()) std::this_thread::yield();
    std::signal(SIGCHLD, before);
    REQUIRE(ended.size() == 1);
    CHECK(ended[0].exit_status == -1);
    CHECK(ended[0].signal == 0);
    CHECK(ended[0].how == "ended, and the system does not say how");
}

TEST_CASE("a child gets the words it is given and no input") {
    worker::children children;
    const auto ended = end_of(
        children, children.start({"/bin/sh", "-c", "read line; test $? = 1 && test \"$1\" = 'a b'", "sh", "a b"}));
    REQUIRE(ended.size() == 1);
    CHECK(ended[0].exit_status == 0);
}

TEST_CASE("what a child prints is kept until it is asked for, to the last word") {
    worker::children children;
    const auto process = children.start({"/bin/sh", "-c", "printf first; kill -STOP $$; printf last"});
    int status = 0;
    REQUIRE(::waitpid(process, &status, WUNTRACED) == process);
    const std::map<pid_t, std::string> first{{process, "first"}};
    CHECK(children.take_output() == first);
    CHECK(children.take_output().empty());
    REQUIRE(::kill(process, SIGCONT) == 0);
    CHECK(end_of(children, process).at(0).printed == "last");
}

TEST_CASE("a child can be asked to stop, and be killed") {
    worker::children children;
    const auto asked = children.start({"/bin/sleep", "1000"});
    children.ask_to_stop(asked);
    CHECK(end_of(children, asked).at(0).how == "killed by signal 15 (Terminated)");
    const auto killed = children.start({"/bin/sleep", "1000"});
    children.kill(killed);
    CHECK(end_of(children, killed).at(0).how == "killed by signal 9 (Killed)");
}

TEST_CASE("a program that cannot be started is an error with the reason") {
    worker::children children;
    try {
        children.start({"/nonexistent/program"});
        FAIL("started");
    } catch (const message::error& failed) {
        CHECK(failed.code() == worker::WORKER_START);
        CHECK(failed.text().find("No such file") != std::string::npos);
    }
    CHECK(children.reap().empty());
}

TEST_CASE("children do not outlive the object that started them") {
    pid_t process = 0;
    {
        worker::children children;
        process = children.start({"/bin/sleep", "1000"});
    }
    CHECK(::kill(process, 0) == -1);
}
