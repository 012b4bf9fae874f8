#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace commhost::service {

/// Knows a plugin's secrets and blanks them wherever they turn up in a text that is to be shown or stored: as they are; where
/// they have eight characters or more also as a JSON string, percent-encoded or in base64 (RFC 4648, both alphabets) writes them,
/// alone or within something longer such as the credentials of HTTP's Basic scheme, and each of their lines by itself.
/// Immutable but for its constructor and assignment; any thread.
class secret_blanker {
  public:
    /// Blanks nothing.
    secret_blanker() = default;

    /// Secrets of fewer than four characters are not looked for: they would blank everything.
    explicit secret_blanker(std::span<const std::string> secrets);

    std::string operator()(std::string text) const;

    /// The bytes of the longest form that is looked for; 0 when there is none.
    std::size_t longest() const { return spellings_.empty() ? 0 : spellings_.front().size(); }

  private:
    std::vector<std::string> spellings_;  ///< The longest first.
};

}  // namespace commhost::service
