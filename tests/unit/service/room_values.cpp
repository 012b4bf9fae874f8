#include "service/room_values.hpp"

#include "service/migrations.hpp"
#include "test_database.hpp"

#include <core_communication/provider_error.hpp>

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

using namespace commhost;
using core_communication::communication_id;
using core_communication::failure;
using core_communication::provider_error;

namespace {

constexpr communication_id physics{7};
constexpr communication_id music{8};

struct ready_database : test::test_database {
    ready_database() { store::migrate(**this, service::migrations()); }
};

template <class Work>
std::optional<failure> failure_of(Work&& work) {
    try {
        work();
    } catch (const provider_error& error) {
        return error.kind();
    }
    return std::nullopt;
}

}  // namespace

TEST_CASE("a room's value is what was last set, and each room has its own") {
    ready_database database;
    const auto on = database->borrow();
    CHECK(service::room_value(*on, physics, "room_id") == std::nullopt);
    service::set_room_value(*on, physics, "room_id", "!a:example.org");
    service::set_room_value(*on, physics, "room_id", "!b:example.org");
    service::set_room_value(*on, music, "room_id", "");
    CHECK(service::room_value(*on, physics, "room_id") == "!b:example.org");
    CHECK(service::room_value(*on, music, "room_id") == "");
    CHECK(service::room_value(*on, physics, "ROOM_ID") == std::nullopt);
}

TEST_CASE("an erased value is gone, and erasing what is not there is done already") {
    ready_database database;
    const auto on = database->borrow();
    service::set_room_value(*on, physics, "a", "1");
    service::set_room_value(*on, physics, "b", "2");
    service::set_room_value(*on, music, "a", "3");
    service::erase_room_value(*on, physics, "a");
    CHECK_NOTHROW(service::erase_room_value(*on, physics, "a"));
    CHECK(service::room_value(*on, physics, "a") == std::nullopt);
    CHECK(service::room_value(*on, physics, "b") == "2");
    service::erase_room_values(*on, physics);
    CHECK(service::room_value(*on, physics, "b") == std::nullopt);
    CHECK(service::room_value(*on, music, "a") == "3");
}

TEST_CASE("keys and values of any text up to their limits come back as they were") {
    ready_database database;
    const auto on = database->borrow();
    const std::string key(64, 'k');
    const std::string value(std::size_t{64} << 10U, 'v');
    service::set_room_value(*on, physics, key, value);
    CHECK(service::room_value(*on, physics, key) == value);
    service::set_room_value(*on, physics, "Zoë 'x' :y", "line\n\tline 🜁 \\ \"");
    CHECK(service::room_value(*on, physics, "Zoë 'x' :y") == "line\n\tline 🜁 \\ \"");
}

TEST_CASE("what is over the limits, or no text, is invalid and not stored") {
    using namespace std::string_view_literals;
    ready_database database;
    const auto on = database->borrow();
    const std::string long_key(65, 'k');
    const std::string long_value((std::size_t{64} << 10U) + 1, 'v');
    for (const std::string_view key : {""sv, std::string_view(long_key), "a\nb"sv, "a\0b"sv, "\xFF"sv}) {
        CHECK(failure_of([&] { service::set_room_value(*on, physics, key, "v"); }) == failure::invalid);
        CHECK(failure_of([&] { service::room_value(*on, physics, key); }) == failure::invalid);
        CHECK(failure_of([&] { service::erase_room_value(*on, physics, key); }) == failure::invalid);
    }
    for (const std::string_view value : {std::string_view(long_value), "a\0b"sv, "\xC3("sv})
        CHECK(failure_of([&] { service::set_room_value(*on, physics, "k", value); }) == failure::invalid);
    CHECK(on->scalar<std::int64_t>("select count(*) from service_room_value") == 0);
}

TEST_CASE("the values of several rooms go at once, and no other room's") {
    ready_database database;
    const auto on = database->borrow();
    constexpr communication_id history{9};
    for (const auto room : {physics, music, history}) service::set_room_value(*on, room, "id", "!x:s");
    service::erase_room_values(*on, std::vector{physics, history});
    service::erase_room_values(*on, std::vector<communication_id>{});
    CHECK_FALSE(service::room_value(*on, physics, "id").has_value());
    CHECK(service::room_value(*on, music, "id") == "!x:s");
    CHECK_FALSE(service::room_value(*on, history, "id").has_value());
}
