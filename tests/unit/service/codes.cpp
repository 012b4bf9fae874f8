#include "service/codes.hpp"

#include "message/catalogue.hpp"

#include <doctest/doctest.h>

using namespace commhost;

TEST_CASE("every code of the service has its sentence and advice") {
    for (const auto code : {service::SERVICE_ADDRESS, service::SERVICE_CA_FILE, service::SERVICE_HTTP_START,
                            service::SERVICE_LOG_FORMAT, service::SERVICE_LOG_LEVEL}) {
        INFO(code.id());
        const auto* entry = message::catalogue::built_in().find(code.id());
        REQUIRE(entry != nullptr);
        CHECK(!entry->text.empty());
        CHECK(!entry->advice.empty());
    }
}
