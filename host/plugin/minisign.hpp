#pragma once

#include <array>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace commhost::plugin {

/// Signatures as the tool minisign makes them (https://jedisct1.github.io/minisign/, "Signature format" and "Public key
/// format"): Ed25519 over the file itself ("Ed") or over its BLAKE2b-512 ("ED"), and a second time over the signature
/// with its trusted comment.

/// Why a text is no key or signature of minisign, or a signature is not right: a sentence without a full stop.
struct minisign_fault : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct minisign_key {
    std::string id;       ///< As minisign prints it: 16 upper-case hexadecimal digits.
    std::string comment;  ///< What its file says about it; anybody may have written that.
    std::array<unsigned char, 32> key{};
};

/// The content of a key's file (minisign.pub), or the one line that projects publish. Throws minisign_fault.
minisign_key parse_minisign_key(std::string_view text);

struct minisign_signature {
    std::string key_id;           ///< Of the key that made it, it says.
    std::string trusted_comment;  ///< As signed, once verify() has passed.
    bool prehashed = true;
    std::array<unsigned char, 64> signature{};
    std::array<unsigned char, 64> comment_signature{};

    /// Throws minisign_fault unless key made this signature for content and for the trusted comment.
    void verify(std::string_view content, const minisign_key& key) const;
};

/// The content of a .minisig file. Throws minisign_fault.
minisign_signature parse_minisign_signature(std::string_view text);

}  // namespace commhost::plugin
