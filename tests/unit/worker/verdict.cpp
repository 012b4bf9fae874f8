#include "worker/verdict.hpp"

#include <doctest/doctest.h>

#include <csignal>

using commhost::worker::asked;
using commhost::worker::judge;
using commhost::worker::signal_to_finish;
using commhost::worker::verdict;
using commhost::worker::worker_cannot_begin;
using commhost::worker::worker_in_order;

TEST_CASE("a worker that has given its tasks back and leaves with its status ends in order, asked or not") {
    CHECK(judge({.exit_status = worker_in_order, .before = asked::nothing, .held = 0}) == verdict::in_order);
    CHECK(judge({.exit_status = worker_in_order, .before = asked::to_finish, .held = 0}) == verdict::in_order);
    CHECK(judge({.exit_status = worker_in_order, .before = asked::to_end, .held = 0}) == verdict::in_order);
}

TEST_CASE("a plugin that calls exit is a crash, with a task and without one") {
    CHECK(judge({.exit_status = 0, .before = asked::nothing, .held = 1}) == verdict::crashed);
    CHECK(judge({.exit_status = 0, .before = asked::nothing, .held = 0}) == verdict::crashed);
    CHECK(judge({.exit_status = 0, .before = asked::to_finish, .held = 1}) == verdict::crashed);
    CHECK(judge({.exit_status = 1, .before = asked::nothing, .held = 0}) == verdict::crashed);
}

TEST_CASE("a status of the worker's own is not believed of one that still holds tasks") {
    CHECK(judge({.exit_status = worker_in_order, .before = asked::nothing, .held = 1}) == verdict::crashed);
    CHECK(judge({.exit_status = worker_in_order, .before = asked::to_finish, .held = 1}) == verdict::crashed);
    CHECK(judge({.exit_status = worker_cannot_begin, .before = asked::nothing, .held = 1}) == verdict::crashed);
    CHECK(judge({.exit_status = worker_cannot_begin, .before = asked::to_finish, .held = 1}) == verdict::crashed);
}

TEST_CASE("a worker that cannot begin has not crashed, and one that was to make way is not waited for") {
    CHECK(judge({.exit_status = worker_cannot_begin, .before = asked::nothing, .held = 0}) == verdict::cannot_begin);
    CHECK(judge({.exit_status = worker_cannot_begin, .before = asked::to_finish, .held = 0}) == verdict::in_order);
}

TEST_CASE("a signal is a crash, also of a worker that was asked to finish its rooms") {
    CHECK(judge({.signal = SIGSEGV, .before = asked::nothing, .held = 0}) == verdict::crashed);
    CHECK(judge({.signal = SIGSEGV, .before = asked::nothing, .held = 8}) == verdict::crashed);
    CHECK(judge({.signal = SIGSEGV, .before = asked::to_finish, .held = 8}) == verdict::crashed);
    CHECK(judge({.signal = SIGKILL, .before = asked::to_finish, .held = 0}) == verdict::crashed);
}

TEST_CASE("a worker that is asked to finish before it listens ends by that and has not crashed") {
    CHECK(judge({.signal = signal_to_finish, .before = asked::to_finish, .held = 0}) == verdict::in_order);
    CHECK(judge({.signal = signal_to_finish, .before = asked::to_finish, .held = 1}) == verdict::crashed);
    CHECK(judge({.signal = signal_to_finish, .before = asked::nothing, .held = 0}) == verdict::crashed);
}

TEST_CASE("whom the supervisor ended itself has not crashed, however it went") {
    CHECK(judge({.signal = SIGKILL, .before = asked::to_end, .held = 8}) == verdict::in_order);
    CHECK(judge({.exit_status = 0, .before = asked::to_end, .held = 1}) == verdict::in_order);
    CHECK(judge({.exit_status = 1, .before = asked::to_end, .held = 0}) == verdict::in_order);
}
