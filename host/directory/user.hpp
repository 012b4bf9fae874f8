#pragma once

#include "store/connection.hpp"

#include <core_communication/identity.hpp>
#include <core_communication/member.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::directory {

using core_communication::user_id;

/// Stored as these numbers.
enum class user_status : std::uint8_t { active = 0, suspended = 1, deleted = 2 };

/// "active", "suspended", "deleted": as commands and documents write it.
std::string_view to_string(user_status status);

/// What a source says about a person.
struct user_record {
    std::string external_id;  ///< The institution's id of the person, unique in the whole directory.
    std::string username;
    std::string given_name;
    std::string family_name;
    std::string display_name;
    std::string email;
    user_status status = user_status::active;

    friend bool operator==(const user_record&, const user_record&) = default;
};

/// A person of the directory. Nobody is ever erased from it by a roster: who is gone has the status deleted.
struct user {
    user_id id{};
    user_record record;
};

std::optional<user> find_user(store::connection& sql, user_id id);
std::optional<user> find_user(store::connection& sql, std::string_view external_id);

/// Those of the ids that exist, of any status, by rising id. One statement.
std::vector<user> find_users(store::connection& sql, std::span<const user_id> ids);

/// The same as plugins see it.
std::vector<core_communication::person> people(store::connection& sql, std::span<const user_id> ids);

}  // namespace commhost::directory
