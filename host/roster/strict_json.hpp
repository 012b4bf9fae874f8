#pragma once

#include <boost/json/value.hpp>

#include <string>
#include <string_view>

namespace commhost::roster {

/// text::parse_strict_json without comments. Throws message::error: ROSTER_ENCODING, ROSTER_JSON, with file and line.
boost::json::value parse_strict_json(std::string_view document, const std::string& file);

}  // namespace commhost::roster
