#pragma once

#include <boost/json/value.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace commhost::text {

/// Whether // and /* */ may stand in a document: they may in what an admin writes, not in what a program brings.
enum class json_comments : std::uint8_t { refused, allowed };

/// Where and why a text is no JSON.
struct json_fault {
    enum class kind : std::uint8_t { encoding, syntax };

    kind what;
    std::size_t line;    // from 1
    std::string reason;  // a sentence without a full stop, free of control characters
};

/// Parses a document (RFC 8259) strictly: UTF-8 without NUL bytes, no trailing commas, no key twice in an object, no
/// number beyond what a double holds, nothing after the document, at most 32 levels. A byte order mark at the beginning is
/// skipped.
std::variant<boost::json::value, json_fault> parse_strict_json(std::string_view text,
                                                               json_comments comments = json_comments::refused);

/// A key or a position as a part of a JSON pointer, with the '/' before it (RFC 6901, section 3).
std::string pointer_part(std::string_view key);

}  // namespace commhost::text
