#pragma once

#include "cli/context.hpp"
#include "task/queue.hpp"

#include <boost/json.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace commhost::cli {

/// What is stored where an admin switches all rooms off without a reason: a word and no text, as worker::pause_disabled.
inline constexpr std::string_view site_off_word = "site_off";

/// Whether all rooms are switched off, on every host of the database: no worker begins anything, everything that is wanted is
/// stored and waits.
std::optional<task::pause> site_off(context& shared);

/// That they are, as a line, and as what stands in a document: null where they are not.
std::string site_text(const task::pause& off);
boost::json::value site_json(const std::optional<task::pause>& off);

}  // namespace commhost::cli
