#include "homeserver.hpp"
#include "service/http_answer.hpp"
#include "text/ascii.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>
#include <httplib.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

using namespace commhost;
using namespace commhost::test;
using core_communication::http_response;

namespace {

/// Far more than Synapse takes of one person at once (rc_message: 10, then one in five seconds).
constexpr int too_many = 1000;

constexpr const char* message = R"({"msgtype": "m.text", "body": "hello"})";

/// As the host's http service hands it over.
http_response taken_over(const httplib::Result& answer) {
    http_response result{answer->status, {}, answer->body};
    for (const auto& [name, value] : answer->headers) result.headers.emplace_back(text::lower(name), value);
    return result;
}

/// The token of a login with a password: one that the admin was given for somebody has the admin's exemption from limits.
std::string token_of(httplib::Client& raw, const std::string& account) {
    auto& server = homeserver::shared();
    server.call(core_communication::http_method::put,
                "/_synapse/admin/v2/users/" + core_communication::percent_encode(account),
                boost::json::object{{"password", "a password of the test"}, {"logout_devices", false}});
    const boost::json::object login{{"type", "m.login.password"},
                                    {"identifier", {{"type", "m.id.user"}, {"user", account}}},
                                    {"password", "a password of the test"}};
    const auto answer = raw.Post("/_matrix/client/v3/login", boost::json::serialize(login), "application/json");
    REQUIRE(answer);
    INFO(answer->body);
    REQUIRE(answer->status == 200);
    return std::string(boost::json::parse(answer->body).at("access_token").as_string());
}

}  // namespace

TEST_CASE("Synapse rounds its wait up to whole seconds in Retry-After, and what is obeyed are its milliseconds") {
    class_room room;
    const auto user = room.enrol();
    room.provision();
    httplib::Client raw(homeserver::shared().at().url);
    const httplib::Headers headers{{"Authorization", "Bearer " + token_of(raw, room.account(user))}};
    const auto path =
        "/_matrix/client/v3/rooms/" + core_communication::percent_encode(room.room_id()) + "/send/m.room.message/";
    std::optional<http_response> limited;
    for (int turn = 0; turn < too_many && !limited; ++turn) {
        const auto answer = raw.Put(path + std::to_string(turn), headers, message, "application/json");
        REQUIRE(answer);
        if (answer->status == 429) limited = taken_over(answer);
    }
    REQUIRE(limited.has_value());
    const std::chrono::milliseconds exact(
        boost::json::parse(limited->body).at("retry_after_ms").to_number<std::int64_t>());
    const std::chrono::seconds rounded(std::stoll(std::string(service::header_of(*limited, "retry-after"))));
    CHECK(rounded == std::chrono::ceil<std::chrono::seconds>(exact));
    CHECK(service::wait_asked_for(*limited, {}) == exact);
}
