#include "heard.hpp"
#include "queue_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

using namespace commhost;
using test::queue_fixture;

namespace {

task::new_task for_queue(std::string queue, std::string key) {
    auto task = queue_fixture::wanted(std::move(key));
    task.queue = std::move(queue);
    return task;
}

bool has_no_server(queue_fixture& f) { return f.database->dialect() == store::dialect::sqlite; }

}  // namespace

TEST_CASE("each queue that gets something ready is told once for each transaction, when that is committed") {
    queue_fixture f;
    if (has_no_server(f)) return;
    test::heard heard(*f.database, std::string(task::wake_up_channel));
    CHECK(heard.next().empty());
    const std::array first{for_queue("matrix", "a"), for_queue("matrix", "b"), for_queue("link", "c")};
    auto later = for_queue("later", "d");
    later.not_before = f.now() + 1;
    const std::array second{for_queue("matrix", "e"), later};
    f.database->transact([&](store::connection& on) {
        task::queue::enqueue(on, first, f.now());
        task::queue::enqueue(on, second, f.now());
    });
    f.enqueue(for_queue("end", "f"));
    std::vector<std::string> told{heard.next(), heard.next()};
    std::sort(told.begin(), told.end());
    CHECK(told == std::vector<std::string>{"link", "matrix"});
    CHECK(heard.next() == "end");
}

TEST_CASE("what an admin has tried again, and a queue that is resumed, is told too") {
    queue_fixture f;
    if (has_no_server(f)) return;
    f.enqueue("a");
    f.queue.pause("matrix", std::nullopt, "away");
    const auto id = f.listed("a").id;
    test::heard heard(*f.database, std::string(task::wake_up_channel));
    CHECK(heard.next().empty());
    f.queue.retry_now(id);
    CHECK(heard.next() == "matrix");
    f.queue.resume("matrix");
    CHECK(heard.next() == "matrix");
}
