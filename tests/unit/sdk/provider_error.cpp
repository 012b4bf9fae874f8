#include <core_communication/provider_error.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <string>

using namespace core_communication;
using namespace std::chrono_literals;

TEST_CASE("each kind of failure has its name, and an unknown number is told as such") {
    CHECK(std::string(to_string(failure::unavailable)) == "unavailable");
    CHECK(std::string(to_string(failure::rate_limited)) == "rate_limited");
    CHECK(std::string(to_string(failure::unauthorised)) == "unauthorised");
    CHECK(std::string(to_string(failure::rejected)) == "rejected");
    CHECK(std::string(to_string(failure::conflict)) == "conflict");
    CHECK(std::string(to_string(failure::invalid)) == "invalid");
    CHECK(std::string(to_string(static_cast<failure>(99))) == "unknown");
}

TEST_CASE("an error keeps its kind and its reason, also as a copy and when it is caught as what the library knows") {
    const provider_error error(failure::conflict, "the alias is taken");
    auto copy = error;
    CHECK(copy.kind() == failure::conflict);
    CHECK(std::string(copy.what()) == "the alias is taken");
    CHECK(!copy.wait());
    copy = provider_error(failure::invalid, "no JSON");
    CHECK(copy.kind() == failure::invalid);
    CHECK_THROWS_WITH_AS(throw error, "the alias is taken", std::runtime_error);
}

TEST_CASE("a wait that the server named makes a rate limit") {
    const provider_error error(1500ms, "too many requests");
    CHECK(error.kind() == failure::rate_limited);
    CHECK(error.wait() == 1500ms);
    CHECK(!provider_error(failure::rate_limited, "slower").wait());
}

TEST_CASE("a cancelled task is no failure of the provider") {
    CHECK_THROWS_AS(throw task_cancelled(), std::runtime_error);
    bool passed = false;
    try {
        throw task_cancelled();
    } catch (const provider_error&) {
        FAIL("a cancellation was taken for a failure");
    } catch (const task_cancelled&) {
        passed = true;
    }
    CHECK(passed);
}
