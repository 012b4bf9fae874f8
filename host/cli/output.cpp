#include "cli/output.hpp"

#include "text/utf8.hpp"

#include <boost/json.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <iterator>
#include <utility>

namespace commhost::cli {

namespace {

/// How many characters are shown for UTF-8 text; good enough for names, which are not double-width.
std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
}

/// text::printable for what has lines of its own.
std::string shown_lines(std::string_view text) {
    std::string lines;
    for (;;) {
        const auto end = text.find('\n');
        lines += text::printable(text.substr(0, end));
        if (end == std::string_view::npos) return lines;
        lines += '\n';
        text.remove_prefix(end + 1);
    }
}

/// For programs, and for the terminal that may stand behind them: what is unprintable is escaped as JSON has it, so that
/// nothing of it is lost, and what is no UTF-8 becomes U+FFFD, because JSON has no way to write it (RFC 8259, section 8.1).
std::string serialized(const boost::json::value& content) {
    const auto written = boost::json::serialize(content);
    std::string line;
    for (std::string_view left = written; !left.empty();) {
        const auto [value, bytes] = text::first_code_point(left);
        if (value == text::code_point::none) {
            line += "\uFFFD";
        } else if (text::is_unprintable(value)) {
            fmt::format_to(std::back_inserter(line), "\\u{:04x}", static_cast<std::uint32_t>(value));
        } else {
            line += left.substr(0, bytes);
        }
        left.remove_prefix(bytes);
    }
    return line;
}

std::string padded(std::string_view text, std::size_t width) {
    return std::string(text) + std::string(width - std::min(width, width_of(text)), ' ');
}

}  // namespace

void output::document(const boost::json::value& content) const { fmt::print("{}\n", serialized(content)); }

void output::table(const std::vector<std::string>& head, std::vector<std::vector<std::string>> rows) const {
    std::vector<std::string> titles;
    std::vector<std::size_t> widths;
    for (const auto& key : head) {
        titles.push_back(message::phrase(key));
        widths.push_back(width_of(titles.back()));
    }
    for (auto& row : rows) {
        for (std::size_t column = 0; column < row.size(); ++column) {
            row[column] = text::printable(row[column]);
            widths[column] = std::max(widths[column], width_of(row[column]));
        }
    }
    const auto print = [&](const std::vector<std::string>& row) {
        std::string text;
        for (std::size_t column = 0; column < row.size(); ++column)
            text += column + 1 == row.size() ? row[column] : padded(row[column], widths[column] + 2);
        text.erase(text.find_last_not_of(' ') + 1);
        fmt::print("{}\n", text);
    };
    print(titles);
    for (const auto& row : rows) print(row);
}

void output::line(std::string_view text) const { fmt::print("{}\n", shown_lines(text)); }

void output::fields(const std::vector<std::pair<std::string, std::string>>& fields) const {
    std::vector<std::string> names;
    std::size_t width = 0;
    for (const auto& [key, value] : fields) {
        names.push_back(message::phrase(key) + ":");
        width = std::max(width, width_of(names.back()));
    }
    for (std::size_t index = 0; index < fields.size(); ++index)
        fmt::print("{} {}\n", padded(names[index], width), text::printable(fields[index].second));
}

void output::note(std::string_view text) const { fmt::print(stderr, "{}\n", shown_lines(text)); }

void output::error(const message::error& failed) const {
    fmt::print(stderr, "commhost: {}\n", failed.what());
    if (const auto advice = failed.advice(); !advice.empty()) fmt::print(stderr, "  {}\n", advice);
    if (json_) document(boost::json::object{{"error", to_json(failed.code(), failed.arguments())}});
}

void output::error(std::string_view text) const {
    fmt::print(stderr, "commhost: {}\n", shown_lines(text));
    if (json_)
        document(
            boost::json::object{{"error", boost::json::object{{"code", "INTERNAL"}, {"text", std::string(text)}}}});
}

boost::json::object to_json(message::code code, const message::arguments& arguments) {
    boost::json::object values;
    for (const auto& [name, value] : arguments) values[name] = text::printable(value);
    const auto& catalogue = message::catalogue::current();
    return {{"code", std::string(code.id())},
            {"text", catalogue.text(code, arguments)},
            {"advice", catalogue.advice(code, arguments)},
            {"arguments", std::move(values)}};
}

std::string time_text(std::optional<store::milliseconds_utc> time) {
    if (!time) return {};
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", fmt::gmtime(static_cast<std::time_t>(*time / 1000)));
}

boost::json::value time_json(std::optional<store::milliseconds_utc> time) {
    if (!time) return nullptr;
    return boost::json::value(time_text(time));
}

}  // namespace commhost::cli
