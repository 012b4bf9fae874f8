#include "service/http_kind.hpp"

#include <doctest/doctest.h>

#include <string>

using commhost::service::kind_of;
using commhost::service::kind_of_answer;
using core_communication::http_method;
using core_communication::http_request;

namespace {

std::uint64_t post(const std::string& url, std::size_t body = 40) {
    http_request request;
    request.method = http_method::post;
    request.url = url;
    request.body.assign(body, 'x');
    return kind_of(request);
}

const std::string join = "https://matrix.example/_synapse/admin/v1/join/";

}  // namespace

TEST_CASE("requests about other rooms and people are of one kind") {
    CHECK(post(join + "%21abc%3Aexample.org") == post(join + "%21xyz%3Aexample.org"));
    CHECK(post(join + "!abc:example.org") == post(join + "%21xyz%3Aexample.org"));
    CHECK(post("https://chat.example/api/rooms/17/members/550e8400") ==
          post("https://chat.example/api/rooms/18/members/Anna"));
    CHECK(post(join + "%21abc?user=%40anna") == post(join + "%21abc?user=%40berta#x"));
}

TEST_CASE("another method, another path, another length of path are other kinds") {
    const auto kind = post(join + "%21abc");
    CHECK(kind != post("https://matrix.example/_synapse/admin/v2/join/%21abc"));
    CHECK(kind != post("https://matrix.example/_synapse/admin/v1/rooms/%21abc"));
    CHECK(kind != post(join + "%21abc/%21abc"));
    http_request request;
    request.url = join + "%21abc";
    request.body.assign(40, 'x');
    CHECK(kind != kind_of(request));
}

TEST_CASE("the magnitude of the body counts, and that of the answer and its status") {
    const std::string create = "https://matrix.example/_matrix/client/v3/createRoom";
    CHECK(post(create, 100) == post(create, 900));
    CHECK(post(create, 900) != post(create, 4'500));
    CHECK(post(create, 4'500) == post(create, 15'000));
    const auto kind = post(create);
    CHECK(kind_of_answer(kind, 200, 10) == kind_of_answer(kind, 200, 1000));
    CHECK(kind_of_answer(kind, 200, 10) != kind_of_answer(kind, 200, 2'000'000));
    CHECK(kind_of_answer(kind, 200, 10) != kind_of_answer(kind, 404, 10));
}

TEST_CASE("whatever an address is, it has a kind") {
    CHECK(post("https://chat.example") == post("https://other.example"));
    CHECK(post("") == post("no address"));
    CHECK(post("https://chat.example/") != post("https://chat.example//"));
}
