#include "matrix/common_question.hpp"

#include "watched_cancellation.hpp"

#include <core_communication/provider_error.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <future>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

using namespace communication_matrix;
using commhost::test::watched_cancellation;
using core_communication::failure;
using core_communication::provider_error;
using core_communication::task_cancelled;

namespace {

const std::string about = "who we are";

/// Two rooms: the second comes while the first asks, and waits before first_answer is run.
struct two_rooms {
    using answer = std::function<std::string()>;

    void live(const answer& first_answer) {
        std::promise<void> begun;
        std::thread first([&] {
            try {
                told_first = ask_once(about, never_, [&] {
                    begun.set_value();
                    second_waits.wait_until_asked();
                    return first_answer();
                });
            } catch (const std::exception& failed) {
                first_error = failed.what();
            }
        });
        begun.get_future().wait();
        try {
            told_second = ask_once(about, second_waits, [&] {
                ++asked_by_second;
                static_cast<void>(second_waits.requested());  // the first one waits for that, be it right or not
                return std::string("answer to the second");
            });
        } catch (const std::exception& failed) {
            second_error = failed.what();
        }
        first.join();
    }

    watched_cancellation second_waits;
    std::optional<std::string> told_first, told_second;
    std::string first_error, second_error;
    int asked_by_second = 0;

  private:
    watched_cancellation never_;
};

}  // namespace

TEST_CASE("of two rooms that ask at once one asks, and both have its answer") {
    two_rooms rooms;
    rooms.live([] { return std::string("@commhost:s"); });
    CHECK(rooms.told_first == "@commhost:s");
    CHECK(rooms.told_second == "@commhost:s");
    CHECK(rooms.asked_by_second == 0);
}

TEST_CASE("what the server refuses is refused to all who wait, and whoever comes later asks anew") {
    two_rooms rooms;
    rooms.live([]() -> std::string { throw provider_error(failure::unavailable, "the server is away"); });
    CHECK(rooms.first_error == "the server is away");
    CHECK(rooms.second_error == "the server is away");
    CHECK(rooms.asked_by_second == 0);
    watched_cancellation never;
    CHECK(ask_once(about, never, [] { return std::string("it is back"); }) == "it is back");
}

TEST_CASE("where the one that asks is stopped, another one asks") {
    two_rooms rooms;
    rooms.live([]() -> std::string { throw task_cancelled(); });
    CHECK_FALSE(rooms.told_first.has_value());
    CHECK(rooms.told_second == "answer to the second");
    CHECK(rooms.asked_by_second == 1);
}

TEST_CASE("a room that waits is stopped when it is to") {
    two_rooms rooms;
    rooms.second_waits.stop = true;
    rooms.live([] { return std::string("@commhost:s"); });
    CHECK(rooms.second_error == task_cancelled().what());
    CHECK(rooms.told_first == "@commhost:s");
}

TEST_CASE("an answer is kept for nobody") {
    watched_cancellation never;
    CHECK(ask_once(about, never, [] { return std::string("first"); }) == "first");
    CHECK(ask_once(about, never, [] { return std::string("second"); }) == "second");
}
