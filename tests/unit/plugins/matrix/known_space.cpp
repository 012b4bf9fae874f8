#include "matrix/known_space.hpp"

#include "watched_cancellation.hpp"

#include <core_communication/provider_error.hpp>

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <exception>
#include <functional>
#include <future>
#include <string>
#include <thread>
#include <unordered_set>

using commhost::test::watched_cancellation;
using communication_matrix::known_space;
using core_communication::cancellation;
using core_communication::failure;
using core_communication::provider_error;
using core_communication::task_cancelled;

namespace {

/// Two rooms that want to know the same of a space: the second comes while the first asks, and waits before first_ends is run.
struct two_rooms {
    /// Has the space asked by whoever is the first, which calls what it is given.
    using question = std::function<void(known_space&, const cancellation&, const std::function<void()>&)>;

    void live(const question& asks, const std::function<void()>& first_ends) {
        std::promise<void> begun;
        std::thread first([&] {
            try {
                asks(space, never, [&] {
                    begun.set_value();
                    second_waits.wait_until_asked();
                    first_ends();
                });
            } catch (const std::exception& failed) {
                first_error = failed.what();
            }
        });
        begun.get_future().wait();
        try {
            asks(space, second_waits, [&] {
                ++asked_by_second;
                static_cast<void>(second_waits.requested());  // the first one waits for that, be it right or not
            });
        } catch (const std::exception& failed) {
            second_error = failed.what();
        }
        first.join();
    }

    known_space space{"School"};
    watched_cancellation second_waits;
    watched_cancellation never;
    std::string first_error, second_error;
    int asked_by_second = 0;
};

const std::array people{std::string("@ada:s")};

void ask_for_id(known_space& space, const cancellation& stop, const std::function<void()>& ask) {
    CHECK(space.id(stop, [&] {
        ask();
        return std::string("!space:s");
    }) == "!space:s");
}

void ask_for_people(known_space& space, const cancellation& stop, const std::function<void()>& ask) {
    space.claim(people, stop, [&] {
        ask();
        return std::unordered_set<std::size_t>();
    });
}

}  // namespace

TEST_CASE("of rooms that need the space at once one asks, and the others have what it was told, also that the server "
          "is away") {
    two_rooms rooms;
    two_rooms::question asks = ask_for_id;
    SUBCASE("which it is") {}
    SUBCASE("who is in it") { asks = ask_for_people; }
    std::string error;
    SUBCASE("an answer") {
        rooms.live(asks, [] {});
    }
    SUBCASE("none") {
        error = "the server is away";
        rooms.live(asks, [] { throw provider_error(failure::unavailable, "the server is away"); });
    }
    CHECK(rooms.first_error == error);
    CHECK(rooms.second_error == error);
    CHECK(rooms.asked_by_second == 0);
}

TEST_CASE("a room that waits for what another one asks of the space is stopped when it is to") {
    two_rooms rooms;
    rooms.second_waits.stop = true;
    SUBCASE("which it is") {
        rooms.live(ask_for_id, [] {});
    }
    SUBCASE("who is in it") {
        rooms.live(ask_for_people, [] {});
    }
    CHECK(rooms.second_error == task_cancelled().what());
    CHECK(rooms.first_error.empty());
}

TEST_CASE("which the space is, and who is in it, is asked again after ten minutes, and another one has other people") {
    auto now = known_space::clock::time_point();
    known_space space("School", [&] { return now; });
    const watched_cancellation never;
    std::string id = "!space:s";
    int asked = 0;
    const auto find = [&] {
        ++asked;
        return id;
    };
    const auto read = [&] {
        ++asked;
        return std::unordered_set<std::size_t>();
    };
    const auto work = [&] {
        CHECK(space.id(never, find) == id);
        return space.claim(people, never, read);
    };
    CHECK(work().size() == 1);
    now += std::chrono::minutes(9);
    CHECK(work().empty());
    CHECK(asked == 2);
    now += std::chrono::minutes(2);
    work();
    CHECK(asked == 4);
    now += std::chrono::minutes(11);
    CHECK(space.id(never, find) == id);
    now += std::chrono::minutes(5);
    space.claim(people, never, read);
    now += std::chrono::minutes(6);
    id = "!other:s";
    CHECK(work().size() == 1);
}

TEST_CASE("of two rooms that read the people at once one puts somebody in") {
    known_space space("School");
    const watched_cancellation never;
    const auto nobody = [] { return std::unordered_set<std::size_t>(); };
    CHECK(space.claim(people, never, nobody).size() == 1);
    CHECK(space.claim(people, never, nobody).empty());
}

TEST_CASE("whoever claims after an answer was lost has the people read first") {
    known_space space("School");
    const watched_cancellation never;
    int reads = 0;
    const auto everybody = [&] {
        return ++reads == 1 ? std::unordered_set<std::size_t>()
                            : std::unordered_set{known_space::hash_of(people.front())};
    };
    CHECK(space.claim(people, never, everybody).size() == 1);
    space.give_back(people.front());
    CHECK(space.claim(people, never, everybody).empty());
    CHECK(reads == 2);
}

TEST_CASE("who is refused is not tried again for a day, however often the people are read") {
    auto now = known_space::clock::time_point();
    known_space space("School", [&] { return now; });
    const watched_cancellation never;
    const auto nobody = [] { return std::unordered_set<std::size_t>(); };
    CHECK(space.claim(people, never, nobody).size() == 1);
    space.shut_out(people.front());
    now += std::chrono::hours(23);
    CHECK(space.claim(people, never, nobody).empty());
    now += std::chrono::hours(2);
    CHECK(space.claim(people, never, nobody).size() == 1);
}
