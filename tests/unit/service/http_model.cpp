// The schedule with its limits before a model of a chat server (model_server.hpp), in simulated time.

#include "service/http_limits.hpp"
#include "service/model_server.hpp"
#include "worker/sanitizer.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <vector>

using namespace commhost;
using namespace std::chrono_literals;
using test::best_fixed;
using test::like_synapse;
using test::model_request;
using test::model_world;

namespace {

/// With a sanitizer, which makes it ten times as slow, the same code is run fewer times.
constexpr unsigned seeds = worker::is_sanitized ? 1 : 3;

service::http_schedule::limits as_in_a_worker() { return service::limits_for({}); }

std::vector<model_request> joins(std::size_t) { return std::vector<model_request>(50); }

/// As a class is provisioned: looks at accounts, some are made, the room is made, people join, and at last a long list is read.
std::vector<model_request> of_all_kinds(std::size_t number) {
    std::vector<model_request> all;
    for (int index = 0; index < 12; ++index) all.push_back({1, 5, false});
    for (std::size_t index = 0; index < number % 5; ++index) all.push_back({2, 30, false});
    all.push_back({3, 500, true});
    for (int index = 0; index < 25; ++index) all.push_back({4, 40, true});
    all.push_back({5, 150, true});
    return all;
}

test::model_behaviour far_away(test::model_behaviour server) {
    server.round_trip = 100;
    return server;
}

/// As many workers as it needs: what is far away is not busy.
test::model_behaviour large() {
    auto server = like_synapse();
    server.capacity = 64;
    server.crowding = 0;
    return server;
}

}  // namespace

TEST_CASE("the model is as fast as the Synapse that it is a model of") {
    const auto fixed = [](std::size_t rooms, std::size_t in_room) {
        auto limits = as_in_a_worker();
        limits.per_origin = {8, 8, 8};
        limits.per_room = {in_room, in_room, in_room};
        model_world world(limits, like_synapse());
        world.work(rooms, joins);
        return world.run_for(60s);
    };
    CHECK(fixed(1, 1) == doctest::Approx(21).epsilon(0.1));
    CHECK(fixed(1, 8) == doctest::Approx(15.5).epsilon(0.1));
    CHECK(fixed(20, 1) == doctest::Approx(33).epsilon(0.1));
}

TEST_CASE("a Synapse nearby gets one at a time in a room, but for rare trials, and a few in all") {
    const auto best = best_fixed(like_synapse(), 20, joins);
    for (unsigned seed = 1; seed <= seeds; ++seed) {
        model_world world(as_in_a_worker(), like_synapse(), seed);
        world.work(20, joins);
        world.run_for(60s);
        CHECK(world.schedule().takes_at_once() >= 2);
        CHECK(world.schedule().takes_at_once() <= 12);
        world.part_beside_in_room();
        world.most_under_way();
        CHECK(world.run_for(300s) >= 0.93 * best);
        CHECK(world.part_beside_in_room() <= 0.02);
        CHECK(world.most_under_way() <= 20);
    }
}

TEST_CASE("a single large room of a Synapse nearby gets one at a time, but for rare trials") {
    const auto best = best_fixed(like_synapse(), 1, joins);
    for (unsigned seed = 1; seed <= seeds; ++seed) {
        model_world world(as_in_a_worker(), like_synapse(), seed);
        world.work(1, joins);
        CHECK(world.run_for(10s) >= 0.85 * best);
        world.run_for(120s);
        world.part_beside_in_room();
        CHECK(world.run_for(600s) >= 0.97 * best);
        CHECK(world.part_beside_in_room() <= 0.02);
    }
}

TEST_CASE("the same Synapse 100 ms away gets several in its only room") {
    const auto server = far_away(like_synapse());
    const auto best = best_fixed(server, 1, joins);
    for (unsigned seed = 1; seed <= seeds; ++seed) {
        model_world world(as_in_a_worker(), server, seed);
        world.work(1, joins);
        world.run_for(20s);
        world.part_beside_in_room();
        CHECK(world.run_for(300s) >= 0.93 * best);
        CHECK(world.part_beside_in_room() >= 0.9);
    }
}

TEST_CASE("the same Synapse 100 ms away, with many rooms, is as busy as it can be") {
    const auto server = far_away(like_synapse());
    const auto best = best_fixed(server, 20, joins);
    for (unsigned seed = 1; seed <= seeds; ++seed) {
        model_world world(as_in_a_worker(), server, seed);
        world.work(20, joins);
        world.run_for(20s);
        CHECK(world.run_for(300s) >= 0.93 * best);
        CHECK(world.schedule().takes_at_once() >= 5);
    }
}

TEST_CASE("a large server 100 ms away gets as many as may be, with many rooms and with few") {
    const auto server = far_away(large());
    for (const std::size_t rooms : {8U, 32U}) {
        const auto best = best_fixed(server, rooms, joins);
        for (unsigned seed = 1; seed <= seeds; ++seed) {
            model_world world(as_in_a_worker(), server, seed);
            world.work(rooms, joins);
            world.run_for(20s);
            world.most_under_way();
            CHECK(world.run_for(120s) >= 0.9 * best);
            CHECK(world.most_under_way() >= 32);
        }
    }
}

TEST_CASE("a large server 100 ms away is as busy as it can be, however many rooms are at work" *
          doctest::skip(worker::is_sanitized)) {
    const auto server = far_away(large());
    for (const std::size_t rooms : {9U, 10U, 17U, 20U, 25U, 30U}) {
        CAPTURE(rooms);
        const auto best = best_fixed(server, rooms, joins);
        for (unsigned seed = 1; seed <= seeds; ++seed) {
            model_world world(as_in_a_worker(), server, seed);
            world.work(rooms, joins);
            world.run_for(40s);
            // More in a room is worth it from a sixth more on (limits_for).
            CHECK(world.run_for(120s) >= 0.85 * best);
        }
    }
}

TEST_CASE("a large server 20 ms away is as busy as it can be after half a second" *
          doctest::skip(worker::is_sanitized)) {
    auto server = large();
    server.round_trip = 20;
    server.scatter = 0;
    const auto quick = [](std::size_t) { return std::vector<model_request>(50, {0, 1, true}); };
    for (const std::size_t rooms : {10U, 16U, 20U}) {
        CAPTURE(rooms);
        const auto best = best_fixed(server, rooms, quick);
        for (unsigned seed = 1; seed <= seeds; ++seed) {
            model_world world(as_in_a_worker(), server, seed);
            world.work(rooms, quick);
            world.run_for(500ms);
            CHECK(world.run_for(500ms) >= 0.85 * best);
        }
    }
}

TEST_CASE("from few rooms of many requests to many rooms of one each it goes on learning" *
          doctest::skip(worker::is_sanitized)) {
    const auto one_each = [](std::size_t) { return std::vector<model_request>(1); };
    const auto server = far_away(large());
    const auto best = best_fixed(server, 60, one_each);
    // Wherever a trial within rooms happens to be.
    for (const auto few : {2s, 4s, 6s, 8s, 10s}) {
        CAPTURE(few.count());
        for (unsigned seed = 1; seed <= seeds; ++seed) {
            model_world world(as_in_a_worker(), server, seed);
            world.work(2, joins);
            world.run_for(few);
            world.work(60, one_each);
            world.run_for(60s);
            CHECK(world.run_for(60s) >= 0.9 * best);
        }
    }
}

TEST_CASE("a server that slows down, and recovers, is followed") {
    const auto slow = best_fixed(far_away(like_synapse()), 32, joins);
    for (unsigned seed = 1; seed <= seeds; ++seed) {
        model_world world(as_in_a_worker(), far_away(large()), seed);
        world.work(32, joins);
        world.run_for(30s);
        const auto fast = world.run_for(30s);
        const auto many = world.schedule().takes_at_once();
        CHECK(many >= 32);

        world.server() = far_away(like_synapse());
        world.run_for(60s);
        CHECK(world.run_for(120s) >= 0.9 * slow);
        CHECK(world.schedule().takes_at_once() <= many / 2);

        world.server() = far_away(large());
        world.run_for(120s);
        CHECK(world.run_for(60s) >= 0.9 * fast);
    }
}

TEST_CASE("requests of very different kinds do not mislead it") {
    for (const auto& server : {like_synapse(), far_away(like_synapse()), far_away(large())}) {
        const auto best = best_fixed(server, 20, of_all_kinds);
        for (unsigned seed = 1; seed <= seeds; ++seed) {
            model_world world(as_in_a_worker(), server, seed);
            world.work(20, of_all_kinds);
            world.run_for(30s);
            CHECK(world.run_for(120s) >= 0.85 * best);
        }
    }
}

TEST_CASE("phases of one kind after the other do not mislead it") {
    const auto best = best_fixed(like_synapse(), 20, joins);
    for (unsigned seed = 1; seed <= seeds; ++seed) {
        model_world world(as_in_a_worker(), like_synapse(), seed);
        for (int phase = 0; phase < 5; ++phase) {
            world.work(20, [](std::size_t) { return std::vector<model_request>(40, {1, 5, false}); });
            world.run_for(20s);
            world.work(20, joins);
            world.run_for(20s);
        }
        CHECK(world.run_for(120s) >= 0.93 * best);
    }
}

TEST_CASE("a server that refuses is sent no more than it takes") {
    for (unsigned seed = 1; seed <= seeds; ++seed) {
        auto server = far_away(large());
        server.refuses_from = 12;
        model_world world(as_in_a_worker(), server, seed);
        world.work(32, joins);
        world.run_for(60s);
        world.take_refusals();
        const auto rate = world.run_for(120s);
        // Each refusal teaches; they stay rare.
        CHECK(static_cast<double>(world.take_refusals()) <= 0.03 * 120 * rate);
        CHECK(world.schedule().takes_at_once() <= 24);
        CHECK(rate >= 30);
    }
}

TEST_CASE("idle time changes nothing") {
    model_world world(as_in_a_worker(), far_away(large()));
    world.work(32, joins);
    world.run_for(30s);
    const auto busy = world.run_for(30s);
    const auto before = world.schedule().takes_at_once();
    world.finish();
    CHECK(world.schedule().takes_at_once() == before);
    world.pass(std::chrono::hours(12));
    world.work(32, joins);
    CHECK(world.run_for(10s) >= 0.9 * busy);
    CHECK(world.schedule().takes_at_once() >= before / 2);
}

TEST_CASE("after idle time a server is sent no more at once than was found before it") {
    for (unsigned seed = 1; seed <= seeds; ++seed) {
        model_world world(as_in_a_worker(), like_synapse(), seed);
        world.work(32, joins);
        world.run_for(60s);
        world.finish();
        const auto before = world.schedule().takes_at_once();
        CHECK(before <= 12);
        world.pass(std::chrono::hours(12));
        world.most_under_way();
        world.work(32, joins);
        // A trial that the silence broke into may be half as many more.
        CHECK(world.most_under_way() <= 3 * before / 2);
    }
}
