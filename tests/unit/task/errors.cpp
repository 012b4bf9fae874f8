#include "task/errors.hpp"

#include "queue_fixture.hpp"
#include "task/listing.hpp"

#include <doctest/doctest.h>

#include <array>
#include <stdexcept>
#include <string>

using namespace commhost;
using namespace commhost::test;

TEST_CASE("a text is taken out of what tasks say went wrong, and of nothing else") {
    queue_fixture f;
    f.enqueue("a");
    f.queue.retry(f.lease_one(), {"rejected", "@ada may not, says @ada"});
    f.enqueue("b");
    f.queue.retry(f.lease_one(), {"rejected", "the server is full"});
    f.enqueue("c");
    task::blank_errors(*f.database->borrow(), std::array{std::string("@ada")}, "***");
    CHECK(f.listed("a").error_text == "*** may not, says ***");
    CHECK(f.listed("b").error_text == "the server is full");
    CHECK(!f.listed("c").error_text);
}

TEST_CASE("in which errors a text stands is told, and why a queue waits is one of them") {
    queue_fixture f;
    f.enqueue("a");
    const auto id = f.listed("a").id;
    f.queue.retry(f.lease_one(), {"rejected", "@ada may not"});
    f.enqueue("b");
    const auto second = f.lease_one();
    f.queue.retry(second, {"unavailable", "nobody answers @ada", false, std::nullopt, true});
    const auto on = f.database->borrow();
    const auto found = task::errors_with(*on, "@ada");
    REQUIRE(found.size() == 3);
    CHECK(found[0].task == id);
    CHECK(found[0].text == "@ada may not");
    CHECK(found[1].task == second.id);
    CHECK(!found[2].task);
    CHECK(found[2].queue == second.queue);
    CHECK(found[2].text == "nobody answers @ada");
    CHECK(task::errors_with(*on, "@eve").empty());
    task::blank_errors(*on, std::array{std::string("@ada")}, "***");
    CHECK(task::errors_with(*on, "@ada").empty());
    CHECK(task::errors_with(*on, "nobody answers ***").size() == 2);
}

TEST_CASE("a task is there in whatever state, until it is done") {
    queue_fixture f;
    CHECK(!task::is_there(*f.database->borrow(), "a"));
    f.enqueue("a");
    CHECK(task::is_there(*f.database->borrow(), "a"));
    const auto leased = f.lease_one();
    CHECK(task::is_there(*f.database->borrow(), "a"));
    f.queue.complete(leased);
    CHECK(!task::is_there(*f.database->borrow(), "a"));
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
