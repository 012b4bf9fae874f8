#include "matrix/server_versions.hpp"

#include "scripted_server.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace commhost::test;
using namespace communication_matrix;
using core_communication::failure;
using core_communication::provider_error;

namespace {

struct versioned_server {
    versioned_server() { site.homeserver_url = address; }

    /// As each task of a host has its own.
    server_versions now() { return {processor, caller, site}; }

    std::string offered = R"("v1.1","v1.5")";
    core_communication::testing::scripted_http server = server_of([this](const std::string&) {
        return core_communication::http_response{200, {}, R"({"versions":[)" + offered + "]}"};
    });
    core_communication::testing::memory_processor processor{server, "room-key-of-the-test"};
    configuration site;
    client caller{server, site};
};

}  // namespace

TEST_CASE("versions are asked for once for a site, and again at another address") {
    versioned_server at;
    at.now().require(features::client_api_v3);
    at.now().require(features::client_api_v3);
    CHECK(at.server.asked() == std::vector<std::string>{"GET /_matrix/client/versions"});
    at.processor.set_site_value("versions", "http://elsewhere.test v1.1");
    at.now().require(features::client_api_v3);
    CHECK(at.server.asked().size() == 2);
}

TEST_CASE("what a server lacks is asked for again before it is said to be missing") {
    versioned_server at;
    CHECK_FALSE(at.now().offer(features::asynchronous_uploads));
    at.offered += R"(,"v1.7")";
    CHECK(at.now().offer(features::asynchronous_uploads));
    CHECK(at.server.asked().size() == 2);
    CHECK(at.now().offer(features::asynchronous_uploads));
    CHECK(at.server.asked().size() == 2);
}

TEST_CASE("a feature that is missing is named, with the server that brings it") {
    versioned_server at;
    at.offered = R"("r0.6.1")";
    try {
        at.now().require(features::client_api_v3);
        FAIL("nothing was thrown");
    } catch (const provider_error& missing) {
        CHECK(missing.kind() == failure::unavailable);
        CHECK(std::string(missing.what()) ==
              "the server lacks version 3 of the client API, which comes with v1.1 of the Matrix specification "
              "(Synapse 1.48); it offers r0.6.1");
    }
}
