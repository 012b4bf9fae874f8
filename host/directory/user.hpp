#pragma once

#include "store/connection.hpp"

#include <core_communication/identity.hpp>
#include <core_communication/member.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
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

/// Further fields of a person by name, as core_communication::person::fields has them, with these limits.
using profile_fields = std::map<std::string, std::string, std::less<>>;
inline constexpr std::size_t most_fields = 32;
inline constexpr std::size_t longest_field_name = 60;  ///< In bytes, as is the next.
inline constexpr std::size_t longest_field = 1000;

/// What a source says about a person.
struct user_record {
    std::string external_id;  ///< The institution's id of the person, unique in the whole directory.
    std::string username;
    std::string given_name;
    std::string family_name;
    std::string display_name;
    std::string email;
    user_status status = user_status::active;
    profile_fields fields{};
    /// The external id of who this one has turned out to be; empty: nobody else. As a source says it; of a user, by all words.
    std::string merged_into{};
    /// The digest of their picture, which change_set::pictures or the directory has; the empty text means none. Absent: the source
    /// does not say, and what was there stays. Of a user it is always there.
    std::optional<std::string> picture{};

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

/// Whether a source that says this of a person would change nothing of what is stored of them.
bool is_stored(const user_record& said, const user_record& stored);

/// The same as plugins see it.
std::vector<core_communication::person> people(store::connection& sql, std::span<const user_id> ids);

/// A digest of what a source says about a person, but for the status and the picture: another text where plugins would see anything
/// else.
std::string profile_of(const user_record& person);

/// The profiles of these people as they were stored last, each with the digest of the picture behind it, where there is one; who does
/// not exist is not in the result. One statement, and far less to read than people().
std::map<user_id, std::string> profiles(store::connection& sql, std::span<const user_id> ids);

/// The digests of these people's pictures; who has none is not in the result. One statement.
std::map<user_id, std::string> picture_digests(store::connection& sql, std::span<const user_id> ids);

/// Of these people those who have been merged into somebody, with whom. One statement.
std::map<user_id, user_id> merged_among(store::connection& sql, std::span<const user_id> ids);

/// Those who have been merged into this person, by rising id.
std::vector<user_id> merged_into(store::connection& sql, user_id person);

/// Fields as they are stored, the text of a JSON object, and back. Throws std::exception for any other text.
std::string to_text(const profile_fields& fields);
profile_fields fields_in(std::string_view text);

}  // namespace commhost::directory
