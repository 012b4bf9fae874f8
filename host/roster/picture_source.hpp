#pragma once

#include "directory/picture.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <variant>

namespace commhost::roster {

/// What a document's "picture" leads to, or in a few words why it leads to none.
///
/// written: a path below folder, relative to it and without leaving it, also by a link; or a data: URI (RFC 2397) in
/// Base64. folder empty: there are no files, only data: URIs. The type is what the bytes begin with, whatever a file's
/// name or a URI says, and a URI that says another one is refused.
std::variant<directory::picture, std::string> read_picture(std::string_view written,
                                                           const std::filesystem::path& folder);

}  // namespace commhost::roster
