#pragma once

#include "store/clock.hpp"
#include "store/connection.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::directory {

enum class instance_id : std::int64_t {};

/// Stored as these numbers. A hidden instance keeps its members and is closed for a time.
enum class instance_status : std::uint8_t { active = 0, hidden = 1, deleted = 2 };

/// "active", "hidden", "deleted": as commands and documents write it.
std::string_view to_string(instance_status status);

/// What names an instance for its source: ("oneroster", "class", "cls-17").
struct instance_key {
    std::string component;
    std::string type;
    std::string external_id;

    friend auto operator<=>(const instance_key&, const instance_key&) = default;
};

/// In the place of a provider's name: the instance is to have no room, whatever provider is the default one. No plugin can be
/// called that.
inline constexpr std::string_view no_provider = "none";

/// "oneroster/class/cls-17": as commands show and take it.
std::string name_of(const instance_key& key);

/// What a source says about a course, team or group.
struct instance_record {
    instance_key key;
    std::optional<instance_key> parent;  ///< Of a group: the instance that it is a group of.
    std::string name;
    std::string topic;
    instance_status status = instance_status::active;
    /// The plugin that is to hold the room; the empty text means none. Absent: the source does not say, and what was
    /// chosen stays. So for the room settings, the text of a JSON object.
    std::optional<std::string> provider;
    std::optional<std::string> settings;
    /// So for the room's picture: its digest, which change_set::pictures or the directory has; the empty text means none.
    std::optional<std::string> picture{};
    /// So whether each of its groups has a room, and it has none itself. Of no meaning for a group.
    std::optional<bool> group_rooms{};

    friend bool operator==(const instance_record&, const instance_record&) = default;
};

/// An instance of the directory. None is ever erased from it by a roster: what is gone has the status deleted.
struct instance {
    instance_id id{};
    instance_key key;
    std::optional<instance_id> parent;
    std::string name;
    std::string topic;
    instance_status status = instance_status::active;
    std::string provider;         ///< Empty: none was chosen. Or no_provider.
    std::string settings = "{}";  ///< The text of a JSON object.
    std::string picture{};        ///< The digest of one that find_picture has; empty: none.
    bool group_rooms = false;     ///< Its groups have rooms, it has none (room_membership.hpp).
};

std::optional<instance> find_instance(store::connection& sql, instance_id id);
std::optional<instance> find_instance(store::connection& sql, const instance_key& key);

/// Those of the ids that exist, of any status, by rising id. One statement.
std::vector<instance> find_instances(store::connection& sql, std::span<const instance_id> ids);

/// The course that the instance is a group of, where the groups have the rooms there. One statement.
std::optional<instance> find_course(store::connection& sql, instance_id group);

/// The groups of those of these instances whose groups have the rooms, of any status, by rising id. One statement.
std::vector<instance_id> groups_with_rooms(store::connection& sql, std::span<const instance_id> of);

/// Those of which this is the name ("component/type/id") or the external id, of any status, by component, type and external id. One
/// statement.
std::vector<instance> instances_called(store::connection& sql, std::string_view what);

/// All of any status, by component, type and external id.
std::vector<instance> list_instances(store::connection& sql);

/// What an admin chooses for an instance; the roster leaves it alone unless it names it itself.
/// Throws message::error (DIRECTORY_INSTANCE when there is no such instance).
void set_provider(store::connection& sql, instance_id id, std::string_view provider, store::milliseconds_utc now);
void set_settings(store::connection& sql, instance_id id, std::string_view settings, store::milliseconds_utc now);

/// Whether its groups have the rooms. Returns whom that concerns: the instance and its groups, by rising id.
std::vector<instance_id> set_group_rooms(store::connection& sql, instance_id id, bool group_rooms,
                                         store::milliseconds_utc now);

}  // namespace commhost::directory
