#include "service/site_values.hpp"

#include "service/value_rules.hpp"

#include <core_communication/provider_error.hpp>

#include <fmt/format.h>

namespace commhost::service {

std::optional<std::string> site_value(store::connection& on, std::string_view provider, std::string_view key) {
    check_key(key);
    return on.scalar<std::string>("select value from service_site_value where provider = :provider and key = :key",
                                  {{"provider", provider}, {"key", key}});
}

void set_site_value(store::connection& on, std::string_view provider, std::string_view key, std::string_view value) {
    check_key(key);
    check_value(key, value);
    // Two that add the last free key at the same moment may both get in: the limit is against a plugin that runs away.
    const auto stored =
        on.execute("insert into service_site_value (provider, key, value) "
                   "select cast(:provider as text), cast(:key as text), cast(:value as text) "
                   "where (select count(*) from service_site_value where provider = :provider and key <> :key) < :most "
                   "on conflict (provider, key) do update set value = excluded.value",
                   {{"provider", provider}, {"key", key}, {"value", value}, {"most", most_site_values}});
    if (stored == 0)
        throw core_communication::provider_error(
            core_communication::failure::invalid,
            fmt::format("the site's value '{}' is one more than the {} that are kept", key, most_site_values));
}

void erase_site_value(store::connection& on, std::string_view provider, std::string_view key) {
    check_key(key);
    on.execute("delete from service_site_value where provider = :provider and key = :key",
               {{"provider", provider}, {"key", key}});
}

void erase_site_values(store::connection& on, std::string_view provider) {
    on.execute("delete from service_site_value where provider = :provider", {{"provider", provider}});
}

}  // namespace commhost::service
