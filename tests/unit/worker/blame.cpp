#include "worker/blame.hpp"

#include "communication/codes.hpp"
#include "store/codes.hpp"

#include <doctest/doctest.h>

using namespace commhost;
using core_communication::failure;
using worker::counts;

TEST_CASE("what lasts as long as it lasts is not held against a task") {
    for (const auto kind : {failure::unavailable, failure::rate_limited, failure::unauthorised})
        CHECK_FALSE(counts(kind));
    for (const auto kind : {failure::rejected, failure::conflict, failure::invalid}) CHECK(counts(kind));
}

TEST_CASE("a server that is away, or lets nobody in, is an outage for every room") {
    using worker::is_outage;
    for (const auto kind : {failure::unavailable, failure::unauthorised}) CHECK(is_outage(kind));
    for (const auto kind : {failure::rate_limited, failure::rejected, failure::conflict, failure::invalid})
        CHECK_FALSE(is_outage(kind));
}

TEST_CASE("a database that is away, is lost on the way or is taken is not held against a task, a wrong statement is") {
    for (const auto code : {store::STORE_BUSY, store::STORE_OPEN, store::STORE_LOST, store::STORE_FULL, store::STORE_READ_ONLY,
                            store::STORE_DAMAGED}) CHECK_FALSE(counts(code));
    for (const auto code : {store::STORE_STATEMENT, communication::ROOM_UNKNOWN}) CHECK(counts(code));
}
