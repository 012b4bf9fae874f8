#include "text/sha256.hpp"

#include "text/file_content.hpp"

#include <nettle/base16.h>

#include <array>
#include <cstdint>

namespace commhost::text {

sha256_hash::sha256_hash() { ::sha256_init(&state_); }

void sha256_hash::add(std::string_view piece) {
    ::sha256_update(&state_, piece.size(), reinterpret_cast<const std::uint8_t*>(piece.data()));
}

std::string sha256_hash::digits() {
    std::array<std::uint8_t, SHA256_DIGEST_SIZE> bytes{};
    ::sha256_digest(&state_, bytes.size(), bytes.data());
    std::string digits(BASE16_ENCODE_LENGTH(bytes.size()), '\0');
    ::base16_encode_update(digits.data(), bytes.size(), bytes.data());
    return digits;
}

std::string sha256(std::string_view content) {
    sha256_hash of;
    of.add(content);
    return of.digits();
}

std::string sha256_of_file(const std::filesystem::path& file) {
    sha256_hash of;
    read_pieces(file, [&](std::string_view piece) { of.add(piece); });
    return of.digits();
}

}  // namespace commhost::text
