#pragma once

#include "cli/output.hpp"
#include "plugin/problem.hpp"

#include <boost/json/fwd.hpp>

#include <span>

namespace commhost::cli {

/// A list of what to_json gives for an error.
boost::json::array to_json(std::span<const plugin::problem> problems);

/// For people: what was found, and what to do about it.
void print_problems(const output& out, std::span<const plugin::problem> problems);

}  // namespace commhost::cli
