#pragma once

#include <core_communication/api.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace core_communication::inline v1 {

/// The plugin's own strings (lang/LANGUAGE/communication_NAME.json), in the language of the admin who asks
/// where diagnose() is called, else in the site's. An admin's own words for a key go before the plugin's. Used on
/// the thread that calls the provider.
class CORE_COMMUNICATION_API strings {
  public:
    /// Names and what stands for them: {{"room", "Physics"}}.
    using placeholders = std::vector<std::pair<std::string, std::string>>;

    virtual ~strings();

    /// The string with each {name} replaced and its plurals and selects chosen (sdk/README.md). Falls back to
    /// English; a key that English lacks comes back as [[key]]. A placeholder without a value stays as it is.
    /// [provider thread]
    virtual std::string get(std::string_view key, const placeholders& values = {}) const = 0;
};

}  // namespace core_communication::inline v1
