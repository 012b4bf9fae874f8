#pragma once

#include "roster/roster.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace commhost::roster {

inline constexpr std::size_t largest_document = std::size_t{64} << 20;

/// Reads the JSON document that roster.schema.json describes and README.md explains. file is its name in messages.
///
/// A document that the schema does not allow is refused as a whole with message::error (ROSTER_JSON, ROSTER_JSON_FIELD,
/// ROSTER_JSON_VALUE, ROSTER_ENCODING), naming a line or a JSON pointer: it was made by a program, and what that
/// program meant is not guessed. An id that is there twice is a problem of that entry alone.
///
/// folder: where the files lie that users and instances name as pictures; empty: there are none. A picture that cannot be taken is a
/// problem too: the user or instance is used without a word about the picture.
roster read_document(std::string_view text, const std::string& file, const reading& how = {},
                     const std::filesystem::path& folder = {});

}  // namespace commhost::roster
