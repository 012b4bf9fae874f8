#include "plugin/migrations.hpp"

#include <array>

namespace commhost::plugin {

std::span<const store::migration> migrations() {
    static constexpr std::array steps{
        store::migration{"plugin", 1, R"(
            create table plugin_setting (
                component text not null,
                name text not null,
                value text not null,
                primary key (component, name));
            create table plugin_room_setting (
                communication_id bigint not null,
                name text not null,
                value text not null,
                primary key (communication_id, name));
            create table plugin_state (
                name text not null primary key,
                disabled bigint not null default 0,
                version bigint not null);
            create table plugin_probe (
                hash text not null primary key,
                report text not null,
                probed_at bigint not null)
        )"},
        store::migration{"plugin", 2, R"(
            create table plugin_content (
                signature text not null primary key,
                checksums text not null,
                read_at bigint not null)
        )"},
    };
    return steps;
}

}  // namespace commhost::plugin
