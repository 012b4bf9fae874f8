#pragma once

#include <nettle/sha2.h>

#include <filesystem>
#include <string>
#include <string_view>

namespace commhost::text {

/// SHA-256 of what is added piece by piece, by the processor's own instructions where it has some.
class sha256_hash {
  public:
    sha256_hash();
    void add(std::string_view piece);

    /// 64 hexadecimal digits; once, at the end.
    std::string digits();

  private:
    ::sha256_ctx state_{};
};

/// SHA-256, as 64 hexadecimal digits in lower case.
std::string sha256(std::string_view content);

/// Likewise of a plain file of any size. Throws std::system_error as read_pieces.
std::string sha256_of_file(const std::filesystem::path& file);

}  // namespace commhost::text
