#pragma once

#include <core_communication/logger.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace core_communication::testing {

/// A log that a test reads. One thread.
class memory_logger final : public logger {
  public:
    void log(log_level level, std::string_view message) override;

    /// Everything that was logged, in order.
    const std::vector<std::pair<log_level, std::string>>& messages() const { return messages_; }

    /// Begins messages() anew.
    void forget() { messages_.clear(); }

  private:
    std::vector<std::pair<log_level, std::string>> messages_;
};

}  // namespace core_communication::testing
