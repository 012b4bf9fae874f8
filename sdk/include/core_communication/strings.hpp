#pragma once

#include <core_communication/api.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace core_communication::inline v1 {

/// The plugin's own strings (lang/<language>/communication_<name>.json) in the site's language. Used on the
/// thread that calls the provider.
class CORE_COMMUNICATION_API strings {
  public:
    using placeholders = std::vector<std::pair<std::string, std::string>>;

    virtual ~strings();

    /// The string with each {name} replaced. Falls back to English; a key that English lacks comes back as [[key]].
    virtual std::string get(std::string_view key, const placeholders& values = {}) const = 0;
};

}  // namespace core_communication::inline v1
