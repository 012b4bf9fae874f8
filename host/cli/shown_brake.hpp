#pragma once

#include "cli/output.hpp"
#include "roster/brake.hpp"
#include "roster/held.hpp"

#include <boost/json/fwd.hpp>

#include <optional>
#include <string_view>

namespace commhost::cli {

/// For people: which rooms' removals are above a limit, with a sentence before them (the key of a phrase that has {number} and
/// {all}). Nothing where none are.
void print_held(const output& out, const char* sentence, const roster::braked& taken);

/// For --json. id: under which it is held, if it is.
boost::json::object held_json(const roster::braked& taken, std::optional<roster::held_id> id);

}  // namespace commhost::cli
