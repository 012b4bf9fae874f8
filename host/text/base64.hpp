#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace commhost::text {

/// Bytes as Base64 (RFC 4648, section 4), with padding and without line breaks.
std::string to_base64(std::string_view bytes);

/// The bytes; empty when text is anything else than what to_base64 writes: other characters, blanks, no padding.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace commhost::text
