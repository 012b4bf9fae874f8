#include "queue_fixture.hpp"
#include "task/queue.hpp"

#include <algorithm>
#include <array>
#include <map>

using namespace commhost;
using task::lane;
using test::keys;
using test::queue_fixture;

namespace {

constexpr std::array all_lanes{lane::clean_up, lane::periodic, lane::roster, lane::interactive};

void fill(queue_fixture& f, std::initializer_list<lane> lanes, int each) {
    std::vector<task::new_task> tasks;
    for (const auto in_lane : lanes)
        for (int index = 0; index < each; ++index)
            tasks.push_back(
                queue_fixture::wanted(std::string(task::name_of(in_lane)) + " " + std::to_string(index), in_lane));
    f.queue.enqueue(tasks);
}

std::map<lane, int> lanes_of(const std::vector<task::leased_task>& leased) {
    std::map<lane, int> count;
    for (const auto& task : leased) ++count[task.in_lane];
    return count;
}

}  // namespace

TEST_CASE("the better lane goes first") {
    queue_fixture f;
    for (const auto in_lane : all_lanes) f.enqueue(queue_fixture::wanted(std::string(task::name_of(in_lane)), in_lane));
    CHECK(f.lease_keys() == keys{"interactive", "roster", "periodic", "clean_up"});
}

TEST_CASE("of twenty tasks each lane gets its share") {
    queue_fixture f;
    fill(f, {lane::interactive, lane::roster, lane::periodic, lane::clean_up}, 30);
    const std::map<lane, int> wanted{
        {lane::interactive, 12}, {lane::roster, 5}, {lane::periodic, 2}, {lane::clean_up, 1}};
    CHECK(lanes_of(f.queue.lease("worker", "matrix", 20)) == wanted);
}

TEST_CASE("leased one at a time the lanes share likewise") {
    queue_fixture f;
    fill(f, {lane::interactive, lane::roster, lane::periodic, lane::clean_up}, 30);
    std::vector<task::leased_task> leased;
    for (int count = 0; count < 20; ++count) leased.push_back(f.lease_one());
    const std::map<lane, int> wanted{
        {lane::interactive, 12}, {lane::roster, 5}, {lane::periodic, 2}, {lane::clean_up, 1}};
    CHECK(lanes_of(leased) == wanted);
}

TEST_CASE("what a lane does not use goes to the others, the best first") {
    queue_fixture f;
    fill(f, {lane::interactive}, 1);
    fill(f, {lane::periodic, lane::clean_up}, 40);
    const std::map<lane, int> wanted{{lane::interactive, 1}, {lane::periodic, 18}, {lane::clean_up, 1}};
    CHECK(lanes_of(f.queue.lease("worker", "matrix", 20)) == wanted);
}

TEST_CASE("one lane alone gets everything") {
    queue_fixture f;
    fill(f, {lane::clean_up}, 40);
    CHECK(f.queue.lease("worker", "matrix", 30).size() == 30);
}

TEST_CASE("wherever the turns stand, an interactive task is among the next two, however many others wait") {
    queue_fixture f;
    fill(f, {lane::roster, lane::periodic, lane::clean_up}, 100);
    for (int turn = 0; turn < 25; ++turn) {
        const auto key = "urgent " + std::to_string(turn);
        f.enqueue(queue_fixture::wanted(key, lane::interactive));
        const auto first = f.lease_one();
        const auto second = f.lease_one();
        CHECK((first.key == key || second.key == key));
        // An odd number of leases a round, so that the rounds begin at every place of the turns.
        f.lease_one();
    }
}

TEST_CASE("within a lane the task that was due first runs first, then the one enqueued first") {
    queue_fixture f;
    auto later = queue_fixture::wanted("later");
    later.not_before = f.now() + 10;
    auto sooner = queue_fixture::wanted("sooner");
    sooner.not_before = f.now() + 5;
    const std::vector<task::new_task> tasks{later, sooner, queue_fixture::wanted("now 1"),
                                            queue_fixture::wanted("now 2")};
    f.queue.enqueue(tasks);
    f.clock.advance(std::chrono::milliseconds(10));
    CHECK(f.lease_keys() == keys{"now 1", "now 2", "sooner", "later"});
}
