#include "communication/halving.hpp"

#include "communication/codes.hpp"
#include "message/error.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <new>
#include <set>
#include <stdexcept>
#include <string>

using namespace commhost;
using core_communication::failure;
using core_communication::provider_error;
using core_communication::user_id;

namespace {

/// A server that refuses each list in which one of the culprits is.
struct list_server {
    std::set<user_id> culprits;
    std::function<void()> refuse_list = [] { throw provider_error(failure::rejected, "one of them may not"); };
    int calls = 0;
    std::set<user_id> done;
    std::map<user_id, std::string> refused;

    void call(const std::vector<user_id>& users) {
        communication::call_in_halves(
            users, {[&](std::span<const user_id> some) { take(some); },
                    [&](std::span<const user_id> some) { return undecided(some); },
                    [&](user_id user, const provider_error& why) { CHECK(refused.emplace(user, why.what()).second); }});
    }

  private:
    void take(std::span<const user_id> some) {
        ++calls;
        REQUIRE_FALSE(some.empty());
        if (std::any_of(some.begin(), some.end(), [&](user_id user) { return culprits.contains(user); })) refuse_list();
        done.insert(some.begin(), some.end());
    }

    std::vector<user_id> undecided(std::span<const user_id> some) const {
        std::vector<user_id> left;
        for (const auto user : some)
            if (!done.contains(user) && !refused.contains(user)) left.push_back(user);
        return left;
    }
};

std::vector<user_id> people(int count) {
    std::vector<user_id> users;
    for (int number = 1; number <= count; ++number) users.push_back(user_id{number});
    return users;
}

}  // namespace

TEST_CASE("a call that gets through is made once, one for nobody not at all") {
    list_server server;
    server.call(people(50));
    CHECK(server.calls == 1);
    server.call({});
    CHECK(server.calls == 1);
    CHECK(server.done.size() == 50);
}

TEST_CASE("one culprit among many is found by halving, and everybody else is done") {
    for (const int culprit : {1, 2, 25, 26, 49, 50}) {
        CAPTURE(culprit);
        list_server server;
        server.culprits = {user_id{culprit}};
        server.call(people(50));
        CHECK(server.done.size() == 49);
        CHECK(server.refused == std::map<user_id, std::string>{{user_id{culprit}, "one of them may not"}});
        // The whole, then two calls for each halving: 50 is halved five or six times.
        CHECK(server.calls >= 11);
        CHECK(server.calls <= 13);
    }
}

TEST_CASE("where all are refused each is asked about alone, once") {
    list_server server;
    const auto users = people(8);
    server.culprits = {users.begin(), users.end()};
    server.call(users);
    CHECK(server.refused.size() == 8);
    CHECK(server.calls == 15);
}

TEST_CASE("who has a verdict when a call breaks off is not asked about again") {
    list_server server;
    server.culprits = {user_id{4}};
    // Three of the four are done before the list is refused.
    bool first = true;
    server.refuse_list = [&] {
        if (first) server.done = {user_id{1}, user_id{2}, user_id{3}};
        first = false;
        throw provider_error(failure::conflict, "the fourth is taken");
    };
    server.call(people(4));
    CHECK(server.calls == 2);
    CHECK(server.refused.size() == 1);
}

TEST_CASE("whatever else a plugin throws is its word on the people") {
    list_server server;
    server.culprits = {user_id{2}};
    server.refuse_list = [] { throw std::out_of_range("map::at"); };
    server.call(people(2));
    CHECK(server.refused.at(user_id{2}) == "map::at");
    server.refuse_list = [] { throw 7; };
    server.culprits = {user_id{3}};
    server.call({user_id{3}});
    CHECK(server.refused.contains(user_id{3}));
}

TEST_CASE("what is nobody's fault is not halved and reaches the task") {
    const auto calls_until_thrown = [](const std::function<void()>& thrower) {
        list_server server;
        server.culprits = {user_id{3}};
        server.refuse_list = thrower;
        bool reached = false;
        try {
            server.call(people(4));
        } catch (...) {
            reached = true;
        }
        CHECK(reached);
        CHECK(server.refused.empty());
        return server.calls;
    };
    for (const auto kind : {failure::unavailable, failure::rate_limited, failure::unauthorised}) {
        CAPTURE(core_communication::to_string(kind));
        CHECK(calls_until_thrown([&] { throw provider_error(kind, "wait"); }) == 1);
    }
    CHECK(calls_until_thrown([] { throw core_communication::task_cancelled(); }) == 1);
    CHECK(calls_until_thrown([] { throw message::error(communication::ROOM_NO_READ); }) == 1);
    CHECK(calls_until_thrown([] { throw std::bad_alloc(); }) == 1);
}
