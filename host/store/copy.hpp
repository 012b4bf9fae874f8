#pragma once

#include "store/database.hpp"

#include <filesystem>

namespace commhost::store {

/// Writes the database as it is at one moment into a new file (mode 0600), while others go on reading and writing. With SQLite a
/// database of its own (VACUUM INTO); with PostgreSQL an archive for pg_restore, made by pg_dump, of the schema that holds the
/// tables. The file has its name once it is whole and on the disk, and not before; one that is there is never overwritten.
///
/// on: a connection to of, outside a transaction. Any thread. Throws message::error (STORE_COPY: why the file cannot be written;
/// STORE_COPY_TOOL: there is no pg_dump; STORE_DAMAGED, STORE_BUSY, STORE_LOST).
void copy(const database& of, connection& on, const std::filesystem::path& file);

}  // namespace commhost::store
