#pragma once

#include "store/database.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

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

}  // namespace commhost::store
