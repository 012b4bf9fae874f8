#include "service/http_engine.hpp"

#include "message/error.hpp"
#include "service/codes.hpp"
#include "service/http_client.hpp"
#include "temporary_folder.hpp"

#include <doctest/doctest.h>
#include <pthread.h>

#include <cstddef>
#include <fstream>

using namespace commhost;

namespace {

message::code refusal_of(const service::http_settings& settings) {
    try {
        const service::http_engine engine(settings);
    } catch (const message::error& refused) {
        return refused.code();
    }
    return message::code("none");
}

/// Threads that begin meanwhile want a stack that no machine has.
class no_room_for_threads {
  public:
    no_room_for_threads() {
        ::pthread_getattr_default_np(&before_);
        auto wanted = before_;
        ::pthread_attr_setstacksize(&wanted, std::size_t{1} << 60U);
        ::pthread_setattr_default_np(&wanted);
    }
    ~no_room_for_threads() { ::pthread_setattr_default_np(&before_); }
    no_room_for_threads(const no_room_for_threads&) = delete;
    no_room_for_threads& operator=(const no_room_for_threads&) = delete;

  private:
    pthread_attr_t before_{};
};

}  // namespace

TEST_CASE("certificates that cannot be used are told before the first request") {
    const test::temporary_folder folder;
    service::http_settings settings;
    settings.ca_file = folder.path() / "ca.pem";
    CHECK(refusal_of(settings) == service::SERVICE_CA_FILE);  // it is not there
    std::ofstream(settings.ca_file) << "no certificate\n";
    CHECK(refusal_of(settings) == service::SERVICE_CA_FILE);
    std::ofstream(settings.ca_file) << "-----BEGIN CERTIFICATE-----\n";
    CHECK(refusal_of(settings) == message::code("none"));
}

TEST_CASE("an engine that gets no thread says so instead of ending the program") {
    {
        const no_room_for_threads meanwhile;
        CHECK(refusal_of({}) == service::SERVICE_HTTP_START);
    }
    CHECK(refusal_of({}) == message::code("none"));
}
