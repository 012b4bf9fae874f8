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
        // plugin_state.version is from here on the version that a worker last began with, 0 for none. What a look had seen
        // says nothing of that.
        store::migration{"plugin", 3, R"(
            alter table plugin_state add column missing_since bigint;
            update plugin_state set version = 0;
            create table plugin_quarantine (
                name text not null,
                version bigint not null,
                crashes bigint not null,
                since bigint,
                until bigint,
                reason text not null,
                primary key (name, version))
        )"},
        store::migration{"plugin", 4, R"(
            create table plugin_overview (
                root text not null primary key,
                host text not null,
                plugins text not null,
                read_at bigint not null)
        )"},
    };
    return steps;
}

}  // namespace commhost::plugin
