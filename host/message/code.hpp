#pragma once

#include <string_view>

namespace commhost::message {

/// The stable id of one message of the catalogue, as an admin sees it and scripts may rely on it: "STORE_OPEN".
///
/// Each room declares its codes in its own codes.hpp, as `inline constexpr message::code NAME{"NAME"}`. The sentences
/// stand in lang/en/core_communication.json under the same name; a test compares the two.
class code {
  public:
    explicit constexpr code(std::string_view id) : id_(id) {}

    constexpr std::string_view id() const { return id_; }

    friend constexpr bool operator==(code, code) = default;

  private:
    std::string_view id_;
};

}  // namespace commhost::message
