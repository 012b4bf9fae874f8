#pragma once

#include "store/connection.hpp"

#include <core_communication/processor.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace commhost::directory {

/// In bytes.
inline constexpr std::size_t largest_picture = std::size_t{1} << 20;

/// A picture of rooms or people. It is stored once, however many of them have it: its digest is its name.
struct picture {
    std::string digest;  ///< SHA-256 of the bytes, in lower case.
    core_communication::picture content;

    friend bool operator==(const picture& one, const picture& other) { return one.digest == other.digest; }
};

/// What the bytes are, by how they begin: "image/png", "image/jpeg", "image/gif", "image/webp"; empty for anything else.
std::string_view media_type_of(std::string_view bytes);

/// Empty when the bytes are no picture of a type that is known, or more than largest_picture.
std::optional<picture> make_picture(std::string bytes);

/// As rosters have it: "data:image/png;base64,...".
std::string data_uri_of(const core_communication::picture& content);

/// Empty when there is none of that digest.
std::optional<picture> find_picture(store::connection& sql, std::string_view digest);

/// Erases those that no instance and no user has any more. Returns how many.
std::int64_t drop_unused_pictures(store::connection& sql);

}  // namespace commhost::directory
