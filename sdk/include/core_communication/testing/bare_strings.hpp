#pragma once

#include <core_communication/strings.hpp>

#include <string>
#include <string_view>

namespace core_communication::testing {

/// A plugin's strings without its files: a string is its key and the values of its placeholders, "joined room=Physics", so
/// that a test says which text is shown and is not broken by a better wording.
class bare_strings final : public strings {
  public:
    std::string get(std::string_view key, const placeholders& values) const override;
};

}  // namespace core_communication::testing
