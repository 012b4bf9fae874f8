#include "worker/validator/lossy_http.hpp"

#include <core_communication/testing/scripted_http.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using commhost::worker::validator::lossy_http;
using core_communication::http_method;
using core_communication::http_outcome;
using core_communication::http_request;
using core_communication::http_response;
using core_communication::provider_error;

namespace {

http_request request(http_method method) {
    http_request made;
    made.method = method;
    made.url = "http://chat.test/";
    return made;
}

}  // namespace

TEST_CASE("a request whose answer is lost has reached the server, once") {
    core_communication::testing::scripted_http server([](const http_request&) { return http_response{200, {}, ""}; });
    lossy_http line(server);
    line.lose(1);
    line.send(request(http_method::put));
    CHECK_THROWS_AS(line.send(request(http_method::put)), provider_error);
    CHECK(line.has_lost());
    line.send(request(http_method::put));
    CHECK(server.requests().size() == 3);
}

TEST_CASE("where the answer to a write is to be lost, reads do not count") {
    core_communication::testing::scripted_http server([](const http_request&) { return http_response{200, {}, ""}; });
    lossy_http line(server);
    line.lose(0, lossy_http::kind::write);
    line.send(request(http_method::get));
    CHECK_THROWS_AS(line.send(request(http_method::post)), provider_error);
}

TEST_CASE("in a batch the one answer is lost and the others come") {
    core_communication::testing::scripted_http server([](const http_request&) { return http_response{200, {}, ""}; });
    lossy_http line(server);
    line.lose(1);
    const std::vector batch(3, request(http_method::get));
    std::string told;
    line.send_all(batch, [&](std::size_t, const http_outcome& outcome) { told += outcome.response ? '+' : '-'; });
    CHECK(told == "+-+");
    CHECK(server.requests().size() == 3);
}
