#include "worker/validator/world.hpp"

#include <memory>
#include <random>
#include <string>

namespace commhost::worker::validator {

namespace {

using core_communication::failure;
using core_communication::http_request;
using core_communication::http_response;
using core_communication::provider_error;
using script = core_communication::testing::scripted_http::script;

/// What servers of many kinds answer with, in one.
constexpr std::string_view calm_body =
    R"({"id": "1", "name": "validate", "room_id": "!validate:validate.test", "user_id": "@validate:validate.test",)"
    R"( "account": "validate", "url": "https://chat.validate.test/1", "content_uri": "mxc://validate.test/1",)"
    R"( "members": [], "users": [], "rooms": [], "results": [], "total": 0, "status": "complete", "delete_id": "1",)"
    R"( "ok": true, "success": true})";

constexpr std::array<std::string_view, 14> wrong_shapes{
    "[]",
    "{}",
    "null",
    "true",
    "0",
    "-1e400",
    R"("text")",
    R"([[[[[[[[]]]]]]]])",
    R"({"id": 1, "room_id": null})",
    R"({"id": {"id": {"id": []}}, "members": {"a": 1}, "users": "none", "room_id": [], "user_id": {}})",
    R"({"members": [null, 1, "a", {}, []], "users": [null, 1, "a", {}, []], "total": -1, "room_id": ""})",
    R"([{"id": "1"}, {"id": "1"}])",
    R"({"error": {"message": "no"}})",
    R"({"id": "\u0000\ud83d\ude42\n", "room_id": "../../..", "user_id": "\u202e@:"})"};

http_response json(int status, std::string_view body) {
    return {status, {{"content-type", "application/json"}}, std::string(body)};
}

/// Bytes of any kind, sometimes behind the beginning of something that looks right.
std::string garbage(std::mt19937_64& random) {
    constexpr std::array<std::string_view, 4> beginnings{"", "{\"id\": \"", "[1, 2, ", "<html><body>"};
    constexpr std::size_t longest = 4000;
    std::string bytes(beginnings.at(random() % beginnings.size()));
    const auto length = random() % longest;
    for (std::size_t count = 0; count < length; ++count) bytes += static_cast<char>(random() & 0xFFU);
    return bytes;
}

}  // namespace

std::string_view to_string(world which) {
    switch (which) {
        case world::calm: return "calm-world";
        case world::no_network: return "no-network";
        case world::internal_error: return "internal-error";
        case world::rate_limit: return "rate-limit";
        case world::unauthorised: return "unauthorised";
        case world::forbidden: return "forbidden";
        case world::not_found: return "not-found";
        case world::garbage_body: return "garbage-body";
        case world::wrong_shape: return "wrong-shape";
        case world::empty_body: return "empty-body";
        case world::endless_body: return "endless-body";
        case world::lost_answer: return "lost-answer";
    }
    return "unknown";
}

std::optional<world> world_of(std::string_view name) {
    for (const auto each : worlds_in_memory)
        if (to_string(each) == name) return each;
    return std::nullopt;
}

std::size_t variants_of(world which) {
    constexpr std::size_t answers_to_lose = 6;
    constexpr std::size_t kinds_of_garbage = 4;
    switch (which) {
        case world::garbage_body: return kinds_of_garbage;
        case world::wrong_shape: return wrong_shapes.size();
        case world::not_found: return 2;
        case world::lost_answer: return answers_to_lose;
        default: return 1;
    }
}

bool is_outage(world which) {
    return which == world::no_network || which == world::internal_error || which == world::rate_limit ||
           which == world::unauthorised || which == world::forbidden;
}

script script_of(world which, std::size_t variant, std::uint64_t seed) {
    switch (which) {
        case world::calm: return [](const http_request&) { return json(200, calm_body); };
        case world::no_network:
            return [](const http_request&) -> http_response {
                throw provider_error(failure::unavailable, "the name of the server is not known");
            };
        case world::internal_error:
            return [](const http_request&) { return http_response{500, {}, "<h1>Internal Server Error</h1>"}; };
        case world::rate_limit:
            return [](const http_request&) { return http_response{429, {{"retry-after", "7"}}, ""}; };
        case world::unauthorised:
            return [](const http_request&) { return json(401, R"({"error": "the token is not known"})"); };
        case world::forbidden: return [](const http_request&) { return json(403, R"({"error": "not allowed"})"); };
        case world::not_found:
            return [variant](const http_request&) {
                return variant == 0 ? json(404, R"({"error": "not found"})") : http_response{404, {}, "<h1>404</h1>"};
            };
        case world::garbage_body: {
            const auto random = std::make_shared<std::mt19937_64>(seed + variant);
            return [random](const http_request&) { return http_response{200, {}, garbage(*random)}; };
        }
        case world::wrong_shape: {
            const auto next = std::make_shared<std::size_t>(variant);
            return [next](const http_request&) { return json(200, wrong_shapes.at((*next)++ % wrong_shapes.size())); };
        }
        case world::empty_body: return [](const http_request&) { return http_response{200, {}, ""}; };
        case world::endless_body:
            // As the host's client has it, which reads no further than http_request::response_limit.
            return [](const http_request&) -> http_response {
                throw provider_error(failure::invalid, "the answer is longer than the request allows");
            };
        case world::lost_answer: {
            const auto left = std::make_shared<std::size_t>(variant);
            return [left](const http_request&) -> http_response {
                if ((*left)-- == 0) throw provider_error(failure::unavailable, "no answer came");
                return json(200, calm_body);
            };
        }
    }
    return {};
}

}  // namespace commhost::worker::validator
