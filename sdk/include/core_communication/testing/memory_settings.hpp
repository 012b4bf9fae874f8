#pragma once

#include <core_communication/settings.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace core_communication::testing {

/// Settings that a test gives, the secrets among them. As of a host, asking for a name that is not there, or with the
/// function of another type, is std::logic_error. Nothing is checked against settings.json: what is missing there shows
/// when a host looks at the plugin. One thread.
class memory_settings final : public core_communication::settings {
  public:
    /// A text is also a url, a choice's key and a secret; write numbers as std::int64_t{7}.
    using value = std::variant<std::string, std::int64_t, bool, std::chrono::seconds, std::vector<std::string>>;

    memory_settings() = default;

    /// memory_settings({{"address", "http://chat.test"}, {"limit", std::int64_t{7}}})
    memory_settings(std::initializer_list<std::pair<const std::string, value>> values) : values_(values) {}

    /// In place of what was there by this name.
    void set(std::string_view name, value content);

    std::string text(std::string_view name) const override;
    std::int64_t integer(std::string_view name) const override;
    bool boolean(std::string_view name) const override;
    std::chrono::seconds duration(std::string_view name) const override;
    std::vector<std::string> list(std::string_view name) const override;

  private:
    std::map<std::string, value, std::less<>> values_;
};

}  // namespace core_communication::testing
