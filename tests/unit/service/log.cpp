#include "service/log.hpp"

#include "message/error.hpp"
#include "service/codes.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <regex>
#include <string>
#include <thread>
#include <vector>

using namespace commhost;
using core_communication::communication_id;
using core_communication::log_level;

namespace {

struct kept_log {
    explicit kept_log(service::log_format format, log_level level = log_level::debug)
        : log({level, format}, [this](std::string_view line) { lines.emplace_back(line); }) {}

    std::vector<std::string> lines;
    service::log log;
};

const service::log_origin of_task{"communication_matrix", communication_id{7}, 12};

/// The line without its time, whose form is checked.
std::string after_time(const std::string& line) {
    static const std::regex time(R"(^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z )");
    CHECK(std::regex_search(line, time));
    return std::regex_replace(line, time, "");
}

}  // namespace

TEST_CASE("a line for people says when, how bad, who, where and what") {
    kept_log kept(service::log_format::text);
    service::plugin_logger logger(kept.log, of_task, {});
    logger.log(log_level::warning, "the room is gone");
    kept.log.write(log_level::error, {"worker", {}, {}}, "the plugin crashed");
    REQUIRE(kept.lines.size() == 2);
    CHECK(after_time(kept.lines[0]) == "warning communication_matrix room=7 task=12: the room is gone\n");
    CHECK(after_time(kept.lines[1]) == "error worker: the plugin crashed\n");
}

TEST_CASE("a JSON line is one object with the same") {
    kept_log kept(service::log_format::json);
    service::plugin_logger logger(kept.log, of_task, {});
    logger.log(log_level::info, "said \"no\" to {} %v \\");
    REQUIRE(kept.lines.size() == 1);
    REQUIRE(kept.lines[0].ends_with("}\n"));
    const auto line = boost::json::parse(kept.lines[0]).as_object();
    CHECK(line.size() == 6);
    CHECK(
        std::regex_match(line.at("time").as_string().c_str(), std::regex(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)")));
    CHECK(line.at("level").as_string() == "info");
    CHECK(line.at("component").as_string() == "communication_matrix");
    CHECK(line.at("room").as_int64() == 7);
    CHECK(line.at("task").as_int64() == 12);
    CHECK(line.at("message").as_string() == "said \"no\" to {} %v \\");
}

TEST_CASE("a plugin cannot forge a line") {
    using namespace std::string_view_literals;
    kept_log kept(service::log_format::text);
    service::plugin_logger logger(kept.log, of_task, {});
    logger.log(log_level::info,
               "a\r\n2026-01-01T00:00:00.000Z error worker: b\x1B[31m\u0085\u2028\u202Ec\xFF\tZoë\0d"sv);
    REQUIRE(kept.lines.size() == 1);
    CHECK(after_time(kept.lines[0]) ==
          "info communication_matrix room=7 task=12: a 2026-01-01T00:00:00.000Z error worker: b [31m c\uFFFD Zoë d\n");
}

TEST_CASE("a JSON line stays valid whatever the message holds") {
    kept_log kept(service::log_format::json);
    std::string every_byte;
    for (int byte = 0; byte < 256; ++byte) every_byte += static_cast<char>(byte);
    kept.log.write(log_level::info, {"worker", {}, {}}, every_byte);
    REQUIRE(kept.lines.size() == 1);
    boost::system::error_code failed;
    boost::json::parse(kept.lines[0], failed);
    CHECK(!failed);
}

TEST_CASE("a message that is too long is cut") {
    kept_log kept(service::log_format::text);
    kept.log.write(log_level::info, {"worker", {}, {}}, std::string(100'000, 'x'));
    REQUIRE(kept.lines.size() == 1);
    CHECK(kept.lines[0].size() < 9'000);
    CHECK(kept.lines[0].ends_with("x ...\n"));
}

TEST_CASE("what is below the level is not written") {
    kept_log kept(service::log_format::text, log_level::warning);
    service::plugin_logger logger(kept.log, of_task, {});
    logger.log(log_level::info, "x");
    CHECK(kept.lines.empty());
    CHECK(!logger.enabled(log_level::info));
    CHECK(logger.enabled(log_level::warning));
    logger.log(static_cast<log_level>(200), "a level that is none");
    CHECK(kept.lines.size() == 1);
}

TEST_CASE("threads write whole lines") {
    kept_log kept(service::log_format::text);
    const auto write_fifty = [&](const std::string& message) {
        for (int count = 0; count < 50; ++count) kept.log.write(log_level::info, {"worker", {}, {}}, message);
    };
    std::thread one(write_fifty, "one");
    std::thread two(write_fifty, "two");
    one.join();
    two.join();
    REQUIRE(kept.lines.size() == 100);
    for (const auto& line : kept.lines) CHECK((line.ends_with(": one\n") || line.ends_with(": two\n")));
}

TEST_CASE("level and format are read from the configuration's words, and nothing else") {
    CHECK(service::parse_log_level("debug") == log_level::debug);
    CHECK(service::parse_log_level("error") == log_level::error);
    CHECK(service::parse_log_format("json") == service::log_format::json);
    CHECK_THROWS_WITH_AS(service::parse_log_level("loud"),
                         "SERVICE_LOG_LEVEL: 'loud' is not a level of the log. There are debug, info, warning and "
                         "error. Nothing was done.",
                         message::error);
    CHECK_THROWS_WITH_AS(
        service::parse_log_format("xml"),
        "SERVICE_LOG_FORMAT: 'xml' is not a format of the log. There are text (lines for people) and json (one "
        "object a line). Nothing was done.",
        message::error);
}
