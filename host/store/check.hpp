#pragma once

#include "message/error.hpp"
#include "store/database.hpp"
#include "store/migration.hpp"

#include <span>
#include <vector>

namespace commhost::store {

/// What is wrong with the database, found by reading all of it; changes nothing. STORE_EMPTY, STORE_OLDER or STORE_NEWER for its
/// tables, STORE_ORPHANS for rows that belong to others which are not there; with SQLite STORE_DAMAGED for its pages and
/// indexes (at most a hundred), with PostgreSQL STORE_INDEX for indexes that were never finished: whether its pages are sound says
/// the server's own pg_amcheck.
///
/// steps: all of this program. Throws message::error (STORE_BUSY, STORE_LOST, STORE_STATEMENT).
std::vector<message::error> check(database& of, std::span<const migration> steps);

}  // namespace commhost::store
