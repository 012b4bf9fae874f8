#include "worker/caught.hpp"

#include "communication/codes.hpp"
#include "message/error.hpp"
#include "store/codes.hpp"
#include "worker/codes.hpp"

#include <core_communication/cancellation.hpp>
#include <core_communication/provider_error.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <stdexcept>

using namespace commhost;
using core_communication::failure;
using core_communication::provider_error;

namespace {

template <typename Thrown>
task::failure caught(const Thrown& what) {
    try {
        throw what;
    } catch (...) {
        return worker::caught("fake", 1000);
    }
}

}  // namespace

TEST_CASE("a provider's error is told with its kind, and waited for as long as it wants") {
    const auto away = caught(provider_error(failure::unavailable, "no route"));
    CHECK(away.code == "unavailable");
    CHECK(away.text.find("no route") != std::string::npos);
    CHECK_FALSE(away.counted);
    CHECK(away.outage);
    CHECK_FALSE(away.earliest);
    const auto limited = caught(provider_error(std::chrono::milliseconds(500), "slowly"));
    CHECK(limited.earliest == 1500);
    const auto refused = caught(provider_error(failure::rejected, "no"));
    CHECK(refused.counted);
    CHECK_FALSE(refused.outage);
}

TEST_CASE("who breaks off by itself is told to have done so") {
    const auto broken = caught(core_communication::task_cancelled());
    CHECK(broken.text == message::error(worker::WORKER_BROKE_OFF, {{"provider", "fake"}}).text());
    CHECK(broken.counted);
}

TEST_CASE("an error of the host keeps its code, and a database that is away is not held against the task") {
    CHECK(caught(message::error(communication::ROOM_NO_READ)).code == "ROOM_NO_READ");
    CHECK(caught(message::error(communication::ROOM_NO_READ)).counted);
    CHECK_FALSE(caught(message::error(store::STORE_LOST)).counted);
}

TEST_CASE("whatever else is thrown is held against the task, also what is no exception") {
    CHECK(caught(std::runtime_error("oh")).text == "oh");
    const auto number = caught(17);
    CHECK(number.code == "invalid");
    CHECK(number.text == message::phrase("reason_threw_no_exception"));
}
