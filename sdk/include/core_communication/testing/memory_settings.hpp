#pragma once

#include <core_communication/settings.hpp>

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace core_communication::testing {

/// Settings that a test gives. As of a host, the wrong name or type is std::logic_error.
class memory_settings final : public core_communication::settings {
  public:
    using value = std::variant<std::string, std::int64_t, bool, std::chrono::seconds, std::vector<std::string>>;

    memory_settings() = default;
    explicit memory_settings(std::map<std::string, value, std::less<>> values);

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
