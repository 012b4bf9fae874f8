#include "service/migrations.hpp"

#include <array>

namespace commhost::service {

namespace {

constexpr std::array steps{
    store::migration{"service", 1, R"(
        create table service_room_value (
            communication_id bigint not null,
            key text not null,
            value text not null,
            primary key (communication_id, key)
        )
    )"},
    store::migration{"service", 2, R"(
        create table service_site_value (
            provider text not null,
            key text not null,
            value text not null,
            primary key (provider, key)
        )
    )"},
};

}  // namespace

std::span<const store::migration> migrations() { return steps; }

}  // namespace commhost::service
