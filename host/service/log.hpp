#pragma once

#include "service/secret_blanker.hpp"

#include <core_communication/identity.hpp>
#include <core_communication/logger.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace commhost::service {

enum class log_format : std::uint8_t {
    text,  ///< "2026-01-31T08:00:00.123Z warning communication_matrix room=7 task=12: message"
    json,  ///< One object a line: time, level, component, room, task, message. room and task only where there is one.
};

/// "debug", "info", "warning" or "error". Throws message::error (SERVICE_LOG_LEVEL).
core_communication::log_level parse_log_level(std::string_view text);

/// "text" or "json". Throws message::error (SERVICE_LOG_FORMAT).
log_format parse_log_format(std::string_view text);

struct log_settings {
    core_communication::log_level level = core_communication::log_level::info;  ///< The lowest that is written.
    log_format format = log_format::text;
};

/// Where a message comes from.
struct log_origin {
    std::string component;  ///< "worker", "communication_matrix"
    std::optional<core_communication::communication_id> room;
    std::optional<std::int64_t> task;
};

/// The log of one process. Each message is one line, whatever is in it, written at once: control characters, invalid
/// UTF-8 and the ends of lines are replaced, and a message over 8 KiB is cut. Any thread.
class log {
  public:
    using line_writer = std::function<void(std::string_view line)>;

    /// To stderr.
    explicit log(log_settings settings = {});

    /// To write instead, one whole line with its end at a time; never two at once.
    log(log_settings settings, line_writer write);
    ~log();
    log(const log&) = delete;
    log& operator=(const log&) = delete;

    /// From now on to this descriptor, which must stay open.
    void write_to(int descriptor);

    bool enabled(core_communication::log_level level) const;
    void write(core_communication::log_level level, const log_origin& from, std::string_view message);

  private:
    class implementation;
    std::unique_ptr<implementation> implementation_;
};

/// The log of one part of the host, or of one plugin at work on one room, as the interface that plugins and the http
/// service know. Whatever it is given, it cannot make a line look as if it came from elsewhere, nor show a secret that blank
/// knows. Any thread.
class plugin_logger final : public core_communication::logger {
  public:
    /// to must live longer.
    plugin_logger(service::log& to, log_origin from, secret_blanker blank);

    /// Whether a message of this level is written at all.
    bool enabled(core_communication::log_level level) const { return to_.enabled(level); }
    void log(core_communication::log_level level, std::string_view message) override;

  private:
    service::log& to_;
    log_origin from_;
    secret_blanker blank_;
};

}  // namespace commhost::service
