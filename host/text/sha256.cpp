#include "text/sha256.hpp"

#include "text/file_content.hpp"

#include <sodium.h>

#include <array>

namespace commhost::text {

sha256_hash::sha256_hash() { ::crypto_hash_sha256_init(&state_); }

void sha256_hash::add(std::string_view piece) {
    ::crypto_hash_sha256_update(&state_, reinterpret_cast<const unsigned char*>(piece.data()), piece.size());
}

std::string sha256_hash::digits() {
    std::array<unsigned char, crypto_hash_sha256_BYTES> bytes{};
    ::crypto_hash_sha256_final(&state_, bytes.data());
    std::string digits(2 * bytes.size() + 1, '\0');
    ::sodium_bin2hex(digits.data(), digits.size(), bytes.data(), bytes.size());
    digits.pop_back();
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
