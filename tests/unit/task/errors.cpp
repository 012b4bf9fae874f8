#include "task/errors.hpp"

#include "explained_connection.hpp"
#include "lock_waits.hpp"
#include "queue_fixture.hpp"
#include "task/listing.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace commhost;
using namespace commhost::test;
using words = std::vector<std::string>;

namespace {

void reword(store::connection& on, const words& texts, const std::string& to) {
    task::reword_errors(on, texts, [&](const std::string&) { return to; });
}

}  // namespace

TEST_CASE("what tasks say went wrong is said in other words, and nothing else") {
    queue_fixture f;
    f.enqueue("a");
    f.queue.retry(f.lease_one(), {"rejected", "@ada may not, says @ada"});
    f.enqueue("b");
    f.queue.retry(f.lease_one(), {"rejected", "the server is full"});
    f.enqueue("c");
    reword(*f.database->borrow(), {"@ada"}, "somebody may not");
    CHECK(f.listed("a").error_text == "somebody may not");
    CHECK(f.listed("b").error_text == "the server is full");
    CHECK(!f.listed("c").error_text);
}

TEST_CASE("what says something else with the same name by then is said in other words, too") {
    queue_fixture f;
    f.enqueue("a");
    f.queue.retry(f.lease_one(), {"unavailable", "nobody answers @ada", false, std::nullopt, true});
    REQUIRE(task::errors_with(*f.database->borrow(), words{"@ada"}).size() == 2);
    std::string statement;
    SUBCASE("a task") { statement = "update task set error_text = 'again: @ada'"; }
    SUBCASE("a queue that waits") { statement = "update task_circuit set reason = 'again: @ada'"; }
    std::atomic<bool> done = false;
    std::jthread rewording;
    f.database->transact([&](store::connection& on) {
        on.execute(statement);
        rewording = std::jthread([&] {
            f.database->transact([&](store::connection& other) { reword(other, {"@ada"}, "nobody answers"); });
            done = true;
        });
        test::until_waited_for(on, done);
    });
    rewording.join();
    CHECK(task::errors_with(*f.database->borrow(), words{"@ada"}).empty());
    CHECK(f.listed("a").error_text == "nobody answers");
}

TEST_CASE("in which errors texts stand is told once each, and why a queue waits is one of them") {
    queue_fixture f;
    f.enqueue("a");
    const auto id = f.listed("a").id;
    f.queue.retry(f.lease_one(), {"rejected", "@ada may not"});
    f.enqueue("b");
    const auto second = f.lease_one();
    f.queue.retry(second, {"unavailable", "nobody answers @ada", false, std::nullopt, true});
    const auto on = f.database->borrow();
    const auto found = task::errors_with(*on, words{"@ada", "@eve", "may not"});
    REQUIRE(found.size() == 3);
    CHECK(found[0].task == id);
    CHECK(found[0].text == "@ada may not");
    CHECK(found[1].task == second.id);
    CHECK(!found[2].task);
    CHECK(found[2].queue == second.queue);
    CHECK(found[2].text == "nobody answers @ada");
    CHECK(task::errors_with(*on, words{"@eve"}).empty());
    CHECK(task::errors_with(*on, {}).empty());
    reword(*on, {"nobody answers @ada"}, "nobody answers");
    CHECK(task::errors_with(*on, words{"@ada"}).size() == 1);
    CHECK(task::errors_with(*on, words{"nobody answers"}).size() == 2);
}

TEST_CASE("among many tasks those with an error are found without a look at the others") {
    queue_fixture f;
    f.enqueue("a");
    f.queue.retry(f.lease_one(), {"rejected", "@ada may not"});
    const auto on = f.database->borrow();
    test::explained_connection explained(*on);
    CHECK(task::errors_with(explained, words{"@ada"}).size() == 1);
    CHECK(task::those_there(explained, words{"a", "b"}) == std::set<std::string>{"a"});
    CHECK(explained.number() == 3);
    CHECK(explained.reading_all_of("task") == "");
}

TEST_CASE("a task is there in whatever state, until it is done") {
    queue_fixture f;
    CHECK(task::those_there(*f.database->borrow(), words{"a", "b"}).empty());
    f.enqueue("a");
    CHECK(task::those_there(*f.database->borrow(), words{"a", "b"}) == std::set<std::string>{"a"});
    const auto leased = f.lease_one();
    CHECK(task::those_there(*f.database->borrow(), words{"a", "b"}) == std::set<std::string>{"a"});
    f.queue.complete(leased);
    CHECK(task::those_there(*f.database->borrow(), words{"a", "b"}).empty());
}

TEST_CASE("what an admin does to a task is undone with the rest of the transaction") {
    queue_fixture f;
    f.enqueue("a");
    const auto id = f.listed("a").id;
    CHECK_THROWS(f.database->transact([&](store::connection& on) {
        f.queue.cancel(on, id);
        throw std::runtime_error("the rest failed");
    }));
    CHECK(f.listed("a").id == id);
    f.queue.fail(f.lease_one(), {"rejected", "no"});
    CHECK_THROWS(f.database->transact([&](store::connection& on) {
        f.queue.retry_now(on, id);
        throw std::runtime_error("the rest failed");
    }));
    CHECK(f.listed("a").state == task::state::failed);
}
