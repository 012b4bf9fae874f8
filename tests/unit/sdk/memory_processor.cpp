// The room that the tests give plugins keeps the rules of the host's.

#include <core_communication/testing/memory_processor.hpp>
#include <core_communication/testing/scripted_http.hpp>

#include <doctest/doctest.h>

#include <array>
#include <set>
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

TEST_CASE("an account is text of 1 to 255 bytes") {
    room at;
    for (const std::string& account : {std::string(), std::string("\xff"), std::string("a\0b", 3)})
        CHECK_THROWS_AS(at.processor.set_account(user_id{1}, account, account_origin::made), std::logic_error);
    CHECK_FALSE(at.processor.accounts(std::array{user_id{1}})[0].has_value());
}

TEST_CASE("a key has no control characters") {
    room at;
    CHECK_THROWS_AS(at.processor.set_value("a\nb", "text"), provider_error);
    CHECK_THROWS_AS(at.processor.set_site_value("a\x7f", "text"), provider_error);
}

TEST_CASE("a room's key is one that a host could give") {
    for (const std::string key : {"short", "Room-Key-Of-The-Test", "room_key_of_the_test"}) {
        CAPTURE(key);
        core_communication::testing::scripted_http http([](const auto&) {
            return core_communication::http_response{200, {}, ""};
        });
        CHECK_THROWS_AS(core_communication::testing::memory_processor(http, key), std::logic_error);
    }
}

TEST_CASE("a verdict on somebody whom the provider was not asked about is its mistake, and so is a second one") {
    room at;
    const std::array asked{user_id{1}, user_id{2}};
    const provider_error refused(failure::rejected, "no");
    CHECK_THROWS_AS(at.processor.ask(asked, [&] { at.processor.mark_user_as_failed(user_id{3}, refused); }),
                    std::logic_error);
    CHECK_THROWS_AS(at.processor.ask(asked,
                                     [&] {
                                         at.processor.mark_users_as_synced(std::array{user_id{1}});
                                         at.processor.mark_users_as_synced(std::array{user_id{1}});
                                     }),
                    std::logic_error);
}

TEST_CASE("a test sees who got no verdict, and every question begins anew") {
    room at;
    const std::array asked{user_id{1}, user_id{2}};
    at.processor.ask(asked, [&] { at.processor.mark_users_as_synced(std::array{user_id{1}}); });
    CHECK(at.processor.synced() == std::set{user_id{1}});
    CHECK(at.processor.silent() == std::set{user_id{2}});
    const std::array again{user_id{2}};
    at.processor.ask(again, [&] { at.processor.mark_users_as_synced(again); });
    CHECK(at.processor.synced() == std::set{user_id{2}});
    CHECK(at.processor.silent().empty());
    CHECK_THROWS_WITH_AS(at.processor.ask(asked, [] { throw provider_error(failure::unavailable, "away"); }), "away",
                         provider_error);
    CHECK(at.processor.silent().size() == 2);
}

TEST_CASE("a task that is to stop is told so everywhere") {
    room at;
    CHECK_NOTHROW(at.processor.cancellation().throw_if_requested());
    at.processor.cancel();
    CHECK_THROWS_AS(at.processor.cancellation().throw_if_requested(), core_communication::task_cancelled);
    CHECK_THROWS_AS(at.processor.http().send({}), core_communication::task_cancelled);
}

TEST_CASE("a text is its key and its placeholders, and what is logged can be read") {
    room at;
    CHECK(at.processor.text().get("joined", {{"room", "Physics"}, {"count", "2"}}) == "joined room=Physics count=2");
    at.processor.log().log(core_communication::log_level::warning, "the picture is too large");
    REQUIRE(at.processor.messages().size() == 1);
    CHECK(at.processor.messages()[0] ==
          std::pair(core_communication::log_level::warning, std::string("the picture is too large")));
    at.processor.forget_verdicts();
    CHECK(at.processor.messages().empty());
}

TEST_CASE("a person's picture is given as the roster has it, and a note goes with the account") {
    room at;
    const user_id ada{1};
    const std::array asked{user_id{2}, ada};
    core_communication::person_pictures& pictures = at.processor;
    CHECK(pictures.pictures(asked)[1].digest.empty());
    CHECK_FALSE(pictures.read_picture(ada).has_value());
    at.processor.set_picture_of(ada, "d1", core_communication::picture{"image/png", "bytes"});
    CHECK(pictures.pictures(asked)[0].digest.empty());
    CHECK(pictures.pictures(asked)[1].digest == "d1");
    CHECK(pictures.read_picture(ada)->bytes == "bytes");
    CHECK(at.processor.pictures_of_people_read() == 2);

    const auto note = [&] { return pictures.pictures(asked)[1].note; };
    pictures.note_pictures(std::array{core_communication::picture_note{ada, "without an account"}});
    CHECK(note().empty());
    at.processor.set_account(ada, "@a:s", account_origin::made);
    pictures.note_pictures(std::array{core_communication::picture_note{ada, "d1"}});
    for (const auto& bad : {std::string(1001, 'x'), std::string("\xff"), std::string("a\0b", 3)})
        CHECK_THROWS_AS(pictures.note_pictures(std::array{core_communication::picture_note{ada, "d2"},
                                                          core_communication::picture_note{ada, bad}}),
                        provider_error);
    CHECK(note() == "d1");
    at.processor.set_account(ada, "@a:s", account_origin::found);
    CHECK(note() == "d1");
    at.processor.set_account(ada, "@b:s", account_origin::made);
    CHECK(note().empty());
    at.processor.set_picture_of(ada, "", std::nullopt);
    CHECK(pictures.pictures(asked)[1].digest.empty());
}
