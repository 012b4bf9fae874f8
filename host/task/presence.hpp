#pragma once

#include "store/clock.hpp"
#include "store/connection.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace commhost::task {

/// One that says that it carries tasks out.
struct presence {
    std::string name;
    store::milliseconds_utc since = 0;  ///< Its beginning.
    store::milliseconds_utc seen = 0;   ///< The last time it said so.
    bool at_work = false;               ///< It said so within the last 45 seconds, and has not ended.
};

/// To be said every ten seconds. Takes those away that were not heard of for a month. Part of the caller's transaction, like
/// note_end(). Throws message::error from store, as all here.
void note_presence(store::connection& within, std::string_view name, store::milliseconds_utc now);

/// When it was last seen is kept.
void note_end(store::connection& within, std::string_view name);

/// Those that were heard of within a month, the last seen first.
std::vector<presence> presences(store::connection& on, store::milliseconds_utc now);

}  // namespace commhost::task
