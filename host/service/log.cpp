#include "service/log.hpp"

#include "message/error.hpp"
#include "service/codes.hpp"
#include "text/descriptor.hpp"
#include "text/utf8.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <utility>

namespace commhost::service {

namespace {

using core_communication::log_level;

constexpr std::array<std::string_view, 4> level_names{"debug", "info", "warning", "error"};
constexpr std::array spdlog_levels{spdlog::level::debug, spdlog::level::info, spdlog::level::warn, spdlog::level::err};

/// A plugin may hand over any number as a level.
std::size_t index_of(log_level level) { return std::min(static_cast<std::size_t>(level), level_names.size() - 1); }

/// text as a part of one line: runs of control characters become a space, bytes that are not UTF-8 U+FFFD.
std::string on_one_line(std::string_view text) {
    constexpr std::size_t longest = 8U << 10U;
    std::string line;
    line.reserve(std::min(text.size(), longest));
    bool gap = false;
    while (!text.empty()) {
        if (line.size() >= longest) return line + " ...";
        const auto [value, bytes] = text::first_code_point(text);
        if (value == text::code_point::none) {
            line += "\uFFFD";
        } else if (!text::is_unprintable(value)) {
            line += text.substr(0, bytes);
        } else if (!gap) {
            line += ' ';
        }
        gap = value != text::code_point::none && text::is_unprintable(value);
        text.remove_prefix(bytes);
    }
    return line;
}

std::string text_line(log_level level, const log_origin& from, std::string_view message) {
    std::string line = fmt::format("{} {}", level_names[index_of(level)], on_one_line(from.component));
    if (from.room) line += fmt::format(" room={}", static_cast<std::int64_t>(*from.room));
    if (from.task) line += fmt::format(" task={}", *from.task);
    return line + ": " + on_one_line(message);
}

/// The members of the object, without its braces: spdlog's pattern puts them, and the time, around it.
std::string json_members(log_level level, const log_origin& from, std::string_view message) {
    boost::json::object members;
    members["level"] = level_names[index_of(level)];
    members["component"] = on_one_line(from.component);
    if (from.room) members["room"] = static_cast<std::int64_t>(*from.room);
    if (from.task) members["task"] = *from.task;
    members["message"] = on_one_line(message);
    const auto object = boost::json::serialize(members);
    return object.substr(1, object.size() - 2);
}

class writer_sink final : public spdlog::sinks::base_sink<std::mutex> {
  public:
    explicit writer_sink(log::line_writer write) : write_(std::move(write)) {}

    void replace(log::line_writer write) {
        const std::lock_guard lock(mutex_);
        write_ = std::move(write);
    }

  private:
    void sink_it_(const spdlog::details::log_msg& message) override {
        spdlog::memory_buf_t line;
        formatter_->format(message, line);
        write_({line.data(), line.size()});
    }
    void flush_() override {}

    log::line_writer write_;
};

/// In one call, so that the lines of several processes that share a descriptor stay whole.
void write_line(int descriptor, std::string_view line) {
    [[maybe_unused]] const auto lost =
        text::write_all(descriptor, line);  // there is nowhere to say that the log is lost
}

}  // namespace

log_level parse_log_level(std::string_view text) {
    const auto found = std::find(level_names.begin(), level_names.end(), text);
    if (found == level_names.end()) throw message::error(SERVICE_LOG_LEVEL, {{"value", std::string(text)}});
    return static_cast<log_level>(found - level_names.begin());
}

log_format parse_log_format(std::string_view text) {
    if (text == "text") return log_format::text;
    if (text == "json") return log_format::json;
    throw message::error(SERVICE_LOG_FORMAT, {{"value", std::string(text)}});
}

class log::implementation {
  public:
    implementation(log_settings settings, line_writer write)
        : format_(settings.format), sink_(std::make_shared<writer_sink>(std::move(write))), logger_("commhost", sink_) {
        const char* pattern =
            format_ == log_format::text ? "%Y-%m-%dT%H:%M:%S.%eZ %v" : R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ",%v})";
        logger_.set_formatter(
            std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc, "\n"));
        logger_.set_level(spdlog_levels[index_of(settings.level)]);
    }

    void write_to(line_writer write) { sink_->replace(std::move(write)); }

    bool enabled(log_level level) const { return logger_.should_log(spdlog_levels[index_of(level)]); }

    void write(log_level level, const log_origin& from, std::string_view message) {
        if (!enabled(level)) return;
        const auto line =
            format_ == log_format::text ? text_line(level, from, message) : json_members(level, from, message);
        logger_.log(spdlog_levels[index_of(level)], spdlog::string_view_t(line));
    }

  private:
    log_format format_;
    std::shared_ptr<writer_sink> sink_;
    spdlog::logger logger_;
};

log::log(log_settings settings) : log(settings, std::bind_front(write_line, STDERR_FILENO)) {}

log::log(log_settings settings, line_writer write)
    : implementation_(std::make_unique<implementation>(settings, std::move(write))) {}

log::~log() = default;

void log::write_to(int descriptor) { implementation_->write_to(std::bind_front(write_line, descriptor)); }

bool log::enabled(log_level level) const { return implementation_->enabled(level); }

void log::write(log_level level, const log_origin& from, std::string_view message) {
    implementation_->write(level, from, message);
}

plugin_logger::plugin_logger(service::log& to, log_origin from, secret_blanker blank)
    : to_(to), from_(std::move(from)), blank_(std::move(blank)) {}

void plugin_logger::log(log_level level, std::string_view message) {
    if (to_.enabled(level)) to_.write(level, from_, blank_(std::string(message)));
}

}  // namespace commhost::service
