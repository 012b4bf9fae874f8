#pragma once

#include "directory/instance.hpp"
#include "directory/membership.hpp"
#include "directory/picture.hpp"
#include "directory/user.hpp"
#include "store/clock.hpp"
#include "store/connection.hpp"

#include <optional>
#include <string_view>

namespace commhost::directory {

/// The source of what an admin says by commands. No roster's source begins with "@".
inline constexpr std::string_view by_hand_source = "@hand";

/// Adds an instance that no roster has. Throws message::error (DIRECTORY_EXISTS for a key that is in use; one that is deleted and was
/// made by hand comes back).
/// shown: the picture that the record names; empty where it names none, or one that is there.
instance_id create_by_hand(store::connection& sql, const instance_record& record, const std::optional<picture>& shown,
                           store::milliseconds_utc now);

/// Changes one that was made by hand; the key stays. The others are their rosters': throws message::error (DIRECTORY_OF_ROSTER).
void update_by_hand(store::connection& sql, const instance_record& record, const std::optional<picture>& shown,
                    store::milliseconds_utc now);

/// Likewise.
void delete_by_hand(store::connection& sql, const instance_key& key, store::milliseconds_utc now);

/// Makes somebody a member of any instance, whatever rosters say, until they are removed by hand; who is one by hand gets the role
/// and the end.
void set_member_by_hand(store::connection& sql, const instance& of, const user& person,
                        core_communication::room_role role, std::optional<store::milliseconds_utc> ends,
                        store::milliseconds_utc now);

/// Takes that back. What rosters say of the person stays. Returns false where there is nothing to take back.
bool remove_member_by_hand(store::connection& sql, const instance& of, const user& person, store::milliseconds_utc now);

}  // namespace commhost::directory
