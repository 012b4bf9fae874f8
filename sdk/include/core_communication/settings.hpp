#pragma once

#include <core_communication/api.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace core_communication::inline v1 {

/// The values of the settings that the plugin's settings.json declares. The host has checked them against type, limits
/// and pattern; a setting nobody set has its default. Asking for a name that is not declared, or with the function of
/// another type, is a mistake in the plugin and throws std::logic_error.
/// Used on the thread that calls the provider.
class CORE_COMMUNICATION_API settings {
  public:
    virtual ~settings();

    /// Of type text, url (without a slash at its end), choice (the key) or secret (the secret itself).
    /// [provider thread]
    virtual std::string text(std::string_view name) const = 0;

    /// Of type integer. [provider thread]
    virtual std::int64_t integer(std::string_view name) const = 0;

    /// Of type boolean. [provider thread]
    virtual bool boolean(std::string_view name) const = 0;

    /// Of type duration. [provider thread]
    virtual std::chrono::seconds duration(std::string_view name) const = 0;

    /// Of type list, in the order that was set. [provider thread]
    virtual std::vector<std::string> list(std::string_view name) const = 0;
};

}  // namespace core_communication::inline v1
