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
};

}  // namespace

std::span<const store::migration> migrations() { return steps; }

}  // namespace commhost::service
