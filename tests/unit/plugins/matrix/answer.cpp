#include "matrix/answer.hpp"

#include "matrix/batch.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <optional>
#include <string>

using namespace std::chrono_literals;
using core_communication::failure;
using core_communication::http_response;
using namespace communication_matrix;

namespace {

http_response answer(int status, std::string body) { return {status, {}, std::move(body)}; }

failure kind(int status, std::string body) { return failure_of(answer(status, std::move(body)), "do it").kind(); }

}  // namespace

TEST_CASE("a reason holds what the server said") {
    const auto error =
        failure_of(answer(403, R"({"errcode":"M_FORBIDDEN","error":"@a:x is already in the room."})"), "let a in");
    CHECK(std::string(error.what()) == "the server refuses to let a in: @a:x is already in the room (403 M_FORBIDDEN)");
}

TEST_CASE("each kind of refusal has its kind of failure") {
    CHECK(kind(401, R"({"errcode":"M_UNKNOWN_TOKEN"})") == failure::unauthorised);
    CHECK(kind(403, R"({"errcode":"M_FORBIDDEN"})") == failure::unauthorised);
    CHECK(kind(400, R"({"errcode":"M_INVALID_USERNAME"})") == failure::rejected);
    CHECK(kind(400, R"({"errcode":"M_ROOM_IN_USE"})") == failure::conflict);
    CHECK(kind(429, R"({"errcode":"M_LIMIT_EXCEEDED"})") == failure::rate_limited);
    CHECK(kind(404, R"({"errcode":"M_NOT_FOUND"})") == failure::rejected);
    CHECK(kind(500, R"({"errcode":"M_UNKNOWN"})") == failure::rejected);
    CHECK(kind(501, "") == failure::unavailable);
    CHECK(kind(302, "") == failure::invalid);
}

TEST_CASE("a limit that comes with another status than 429 has the wait that the server asks for") {
    const auto wait = [](std::string body) { return failure_of(answer(403, std::move(body)), "x").wait(); };
    CHECK(wait(R"({"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":2500})") == 2500ms);
    CHECK(wait(R"({"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":1e300})") == 24h);
    CHECK(wait(R"({"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":-1})") == 0ms);
    CHECK(wait(R"({"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":"2500"})") == std::nullopt);
    CHECK(wait(R"({"errcode":"M_LIMIT_EXCEEDED"})") == std::nullopt);
    CHECK(wait(R"({"errcode":"M_FORBIDDEN","retry_after_ms":2500})") == std::nullopt);
    const auto about_one = refusal_of(answer(403, R"({"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":2500})"), "x");
    CHECK(about_one.kind() == failure::rate_limited);
    CHECK(about_one.wait() == 2500ms);
}

TEST_CASE("about one person a 403 is that person's") {
    CHECK(refusal_of(answer(403, R"({"errcode":"M_BAD_STATE"})"), "x").kind() == failure::rejected);
    CHECK(refusal_of(answer(401, R"({"errcode":"M_UNKNOWN_TOKEN"})"), "x").kind() == failure::unauthorised);
}

TEST_CASE("only the homeserver itself says that something is not there") {
    CHECK(is_not_found(answer(404, R"({"errcode":"M_NOT_FOUND","error":"Room not found"})")));
    CHECK_FALSE(is_not_found(answer(404, R"({"errcode":"M_UNRECOGNIZED"})")));
    CHECK_FALSE(is_not_found(answer(404, "<html>404 Not Found</html>")));
    CHECK(kind(404, "<html>404 Not Found</html>") == failure::unavailable);
    CHECK(kind(404, R"({"errcode":"M_UNRECOGNIZED"})") == failure::unavailable);
}

TEST_CASE("a success that is no JSON object, or lacks a field, is no answer") {
    CHECK_THROWS_AS(object_in(answer(200, "<html>")), core_communication::provider_error);
    CHECK_THROWS_AS(required_text(object_in(answer(200, R"({"room_id":""})")), "room_id"),
                    core_communication::provider_error);
    CHECK(required_text(object_in(answer(200, R"({"room_id":"!r"})")), "room_id") == "!r");
}

TEST_CASE("a server that takes nobody more is waited for, and its admin is named") {
    const core_communication::http_response full{
        403,
        {},
        R"({"errcode":"M_RESOURCE_LIMIT_EXCEEDED","error":"Monthly Active User Limit Exceeded",)"
        R"("admin_contact":"mailto:it@school.example"})"};
    for (const auto& error : {failure_of(full, "create the room"), refusal_of(full, "make the account @a:s")})
        CHECK(error.kind() == core_communication::failure::unavailable);
    CHECK(std::string(failure_of(full, "create the room").what()) ==
          "the server refuses to create the room: Monthly Active User Limit Exceeded (403 M_RESOURCE_LIMIT_EXCEEDED); "
          "the "
          "server takes nobody and nothing more until its admin (mailto:it@school.example) raises max_mau_value, or "
          "opens "
          "it again (hs_disabled), and commhost waits for that");
    CHECK(communication_matrix::refuses_us(full));
}
