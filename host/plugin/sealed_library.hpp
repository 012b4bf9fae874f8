#pragma once

#include "text/descriptor.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace commhost::plugin {

/// A shared object's content as it was when it was read, in memory of this process that nobody can change any more
/// (memfd_create with every seal, fcntl(2) F_ADD_SEALS). What is checked in it is what is loaded from it, whatever
/// becomes of the file meanwhile.
class sealed_library {
  public:
    static constexpr std::size_t most_bytes = std::size_t{256} * 1024 * 1024;

    /// Throws message::error (PLUGIN_BINARY_READ): the file cannot be read, is no plain file, has more than most_bytes,
    /// or there is no memory for it. wanted: the SHA-256 that the content must have; throws PLUGIN_CHANGED when it has
    /// another.
    explicit sealed_library(std::filesystem::path file, const std::optional<std::string>& wanted = std::nullopt);
    ~sealed_library();
    sealed_library(sealed_library&& other) noexcept;

    /// Where it was read from: for messages.
    const std::filesystem::path& file() const { return file_; }

    /// SHA-256 of content(), as 64 hexadecimal digits.
    const std::string& sha256() const { return sha256_; }

    /// Valid as long as this.
    std::string_view content() const { return content_; }

    /// Open for reading; closed with this.
    int descriptor() const { return copy_.number(); }

    /// The same content by a descriptor of the caller's. Throws PLUGIN_BINARY_READ.
    text::descriptor duplicate() const;

  private:
    std::filesystem::path file_;
    text::descriptor copy_;
    std::string sha256_;
    std::string_view content_;
};

}  // namespace commhost::plugin
