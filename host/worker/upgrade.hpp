#pragma once

#include "worker/host.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>

namespace commhost::worker {

enum class copying : std::uint8_t { before, none };

struct upgraded {
    int steps = 0;
    std::filesystem::path copy;  ///< Of the database as it was before; empty for none.
};

/// Brings the database of an older commhost up to this one's, before a host is opened. First it is copied: with SQLite into a file
/// beside it, with PostgreSQL into one beside the host's key, whose name ends in the time. Where that copy cannot be made,
/// nothing is done. Empty where nothing was to be done, as with a new database.
///
/// patience: how long other processes have to close it (store::database::alone).
/// Throws message::error (STORE_IN_USE, STORE_NEWER, STORE_COPY, STORE_COPY_TOOL and what opening it throws).
std::optional<upgraded> upgrade(const host_settings& of, copying copy,
                                std::chrono::milliseconds patience = std::chrono::seconds(20));

}  // namespace commhost::worker
