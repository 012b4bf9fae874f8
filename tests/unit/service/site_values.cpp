#include "service/site_values.hpp"

#include "service/migrations.hpp"
#include "test_database.hpp"

#include <core_communication/provider_error.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace commhost;
using core_communication::failure;
using core_communication::provider_error;

namespace {

struct ready_database : test::test_database {
    ready_database() { store::migrate(**this, service::migrations()); }
};

bool is_invalid(const provider_error& error) { return error.kind() == failure::invalid; }

}  // namespace

TEST_CASE("a site's value is what was last set, and each provider has its own") {
    ready_database database;
    const auto on = database->borrow();
    CHECK_FALSE(service::site_value(*on, "matrix", "account").has_value());
    service::set_site_value(*on, "matrix", "account", "@bot:s");
    service::set_site_value(*on, "ejabberd", "account", "bot@s");
    service::set_site_value(*on, "matrix", "account", "@other:s");
    CHECK(service::site_value(*on, "matrix", "account") == "@other:s");
    CHECK(service::site_value(*on, "ejabberd", "account") == "bot@s");
    service::erase_site_value(*on, "matrix", "account");
    service::erase_site_value(*on, "matrix", "account");
    CHECK_FALSE(service::site_value(*on, "matrix", "account").has_value());
    CHECK(service::site_value(*on, "ejabberd", "account") == "bot@s");
}

TEST_CASE("a site's keys and values have the limits of a room's") {
    ready_database database;
    const auto on = database->borrow();
    for (const auto& key : {std::string(), std::string(65, 'k'), std::string("a\nb"), std::string("\xff")})
        CHECK_THROWS_AS(service::set_site_value(*on, "matrix", key, "v"), provider_error);
    for (const auto& value : {std::string((64U << 10U) + 1, 'v'), std::string("\0", 1), std::string("\xc0\xaf")})
        CHECK_THROWS_AS(service::set_site_value(*on, "matrix", "key", value), provider_error);
    service::set_site_value(*on, "matrix", std::string(64, 'k'), std::string(64U << 10U, 'v'));
    CHECK(service::site_value(*on, "matrix", std::string(64, 'k'))->size() == 64U << 10U);
}

TEST_CASE("a provider that runs away is stopped at its last key, and may still change those it has") {
    ready_database database;
    const auto on = database->borrow();
    {
        store::transaction filling(*on);  // not one for each
        for (std::size_t number = 0; number < service::most_site_values; ++number)
            service::set_site_value(*on, "matrix", "key " + std::to_string(number), "v");
        filling.commit();
    }
    try {
        service::set_site_value(*on, "matrix", "one more", "v");
        FAIL("was stored");
    } catch (const provider_error& refused) {
        CHECK(is_invalid(refused));
    }
    service::set_site_value(*on, "matrix", "key 0", "new");
    CHECK(service::site_value(*on, "matrix", "key 0") == "new");
    service::set_site_value(*on, "ejabberd", "key", "v");
    service::erase_site_value(*on, "matrix", "key 1");
    service::set_site_value(*on, "matrix", "one more", "v");
}

TEST_CASE("all values of a provider go with it, and nobody else's") {
    ready_database database;
    const auto on = database->borrow();
    service::set_site_value(*on, "matrix", "account", "@bot:s");
    service::set_site_value(*on, "matrix", "other", "x");
    service::set_site_value(*on, "ejabberd", "account", "bot@s");
    service::erase_site_values(*on, "matrix");
    CHECK_FALSE(service::site_value(*on, "matrix", "account").has_value());
    CHECK_FALSE(service::site_value(*on, "matrix", "other").has_value());
    CHECK(service::site_value(*on, "ejabberd", "account") == "bot@s");
}
