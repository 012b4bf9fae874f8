#pragma once

#include "store/database.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::store {

/// One step of one room's tables. A published step is never edited; the next one is added behind it.
struct migration {
    std::string_view room;  ///< "directory", "task", ...
    int version;            ///< 1, 2, 3 ... within the room.
    /// Statements separated by ";" at a line's end. Written once for both databases with these words:
    ///   $identity   a bigint primary key that the database counts up
    /// and otherwise only bigint and text columns.
    std::string_view sql;
};

/// Brings the tables up to the given steps, in one transaction; steps that are in are skipped. Steps of several rooms
/// are applied in the order given. Several processes may do this at once. Where no step is missing it reads only and waits
/// for nobody. Returns how many steps were applied.
/// Throws message::error (STORE_NEWER when the database knows later steps of one of the rooms, STORE_STATEMENT).
int migrate(database& on, std::span<const migration> steps);

/// How far the tables of one room are.
struct room_version {
    std::string room;
    std::int64_t found = 0;  ///< In the database; 0 where it has none.
    std::int64_t known = 0;  ///< To this program; 0 for a room that it does not know.
};

/// By room. steps are all that this program has, and so with the functions below: a room that is not among them is a newer
/// program's.
std::vector<room_version> room_versions(connection& on, std::span<const migration> steps);

enum class tables : std::uint8_t { none, older, current };

/// Throws message::error (STORE_NEWER).
tables state_of_tables(connection& on, std::span<const migration> steps);

/// For whoever wants to use the database: makes the tables of a new one and leaves those of another program's alone.
/// Throws message::error (STORE_OLDER, STORE_NEWER).
void prepare(database& on, std::span<const migration> steps);

/// Brings an older database up to the given steps while no other process uses it (database::alone), after copy(connection&), which
/// may throw to prevent it. Several processes may do this at once: one does it and the others find it done. Returns how many steps
/// were applied, 0 where nothing was to be done.
/// Throws message::error (STORE_IN_USE, STORE_NEWER, STORE_STATEMENT).
int upgrade(database& on, std::span<const migration> steps, std::chrono::milliseconds patience,
            const std::function<void(connection&)>& copy);

}  // namespace commhost::store
