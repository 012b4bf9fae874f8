// The room that the tests give plugins keeps the rules of the host's.

#include <core_communication/testing/memory_processor.hpp>

#include <core_communication/testing/scripted_http.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

using core_communication::account_origin;
using core_communication::failure;
using core_communication::provider_error;
using core_communication::user_id;

namespace {

struct room {
    core_communication::testing::scripted_http server{[](const auto&) {
        return core_communication::http_response{404, {}, ""};
    }};
    core_communication::testing::memory_processor processor{server, "room-key-of-the-test"};
};

}  // namespace

TEST_CASE("a room's value is UTF-8 without NUL, and anything else is invalid and not stored") {
    room at;
    for (const std::string& text : {std::string("a\0b", 3), std::string("\xff"), std::string("\xc3"),
                                    std::string("\xc0\xaf"), std::string("\xed\xa0\x80"), std::string(65537, 'x')}) {
        CAPTURE(text.size());
        try {
            at.processor.set_value("key", text);
            FAIL("was stored");
        } catch (const provider_error& refused) {
            CHECK(refused.kind() == failure::invalid);
        }
    }
    CHECK_FALSE(at.processor.value("key").has_value());
    const std::string good = "G\xc3\xbcnther \xe2\x80\x94 \xf0\x9f\x99\x82\n";
    at.processor.set_value("key", good);
    CHECK(at.processor.value("key") == good);
}

TEST_CASE("only people of the roster are given accounts") {
    room at;
    CHECK_THROWS_AS(at.processor.set_account(user_id{0}, "@a:s", account_origin::made), std::logic_error);
    CHECK_THROWS_AS(at.processor.set_account(user_id{-1}, "@a:s", account_origin::made), std::logic_error);
    CHECK_THROWS_AS(at.processor.set_account(user_id{1}, std::string(256, 'a'), account_origin::made),
                    std::logic_error);
    at.processor.set_account(user_id{1}, std::string(255, 'a'), account_origin::made);
}
