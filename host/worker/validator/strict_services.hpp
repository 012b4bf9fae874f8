#pragma once

#include "plugin/setting_values.hpp"
#include "plugin/strings.hpp"
#include "service/secret_blanker.hpp"
#include "worker/validator/watcher.hpp"

#include <core_communication/cancellation.hpp>
#include <core_communication/logger.hpp>
#include <core_communication/settings.hpp>
#include <core_communication/strings.hpp>

#include <atomic>

namespace commhost::worker::validator {

// The small services of a strict host. Each does what the real one does, and tells the watcher what a plugin must not do
// with it. References outlive them.

class strict_settings final : public core_communication::settings {
  public:
    strict_settings(watcher& over, const plugin::setting_values& values) : watcher_(over), values_(values) {}

    std::string text(std::string_view name) const override;
    std::int64_t integer(std::string_view name) const override;
    bool boolean(std::string_view name) const override;
    std::chrono::seconds duration(std::string_view name) const override;
    std::vector<std::string> list(std::string_view name) const override;

  private:
    template <class Read>
    auto read(std::string_view name, Read&& value) const;

    watcher& watcher_;
    const plugin::setting_values& values_;
};

class strict_strings final : public core_communication::strings {
  public:
    strict_strings(watcher& over, std::shared_ptr<const plugin::string_tables> tables);

    std::string get(std::string_view key, const placeholders& values) const override;

  private:
    watcher& watcher_;
    std::shared_ptr<const plugin::string_tables> tables_;
    plugin::plugin_strings strings_;
};

class strict_logger final : public core_communication::logger {
  public:
    strict_logger(watcher& over, const service::secret_blanker& blank) : watcher_(over), blank_(blank) {}

    void log(core_communication::log_level level, std::string_view message) override;

  private:
    watcher& watcher_;
    const service::secret_blanker& blank_;
};

/// May be asked on any thread, as the contract says.
class strict_cancellation final : public core_communication::cancellation {
  public:
    bool requested() const noexcept override;
    void request(bool is_to_stop) {
        requested_ = is_to_stop;
        has_told_ = false;
    }

    /// Whether the plugin has asked and been told to stop.
    bool has_told() const { return has_told_; }

  private:
    std::atomic<bool> requested_ = false;
    mutable std::atomic<bool> has_told_ = false;
};

}  // namespace commhost::worker::validator
