#include "plugin/checksums.hpp"

#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "text/ascii.hpp"
#include "text/sha256.hpp"
#include "text/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <system_error>
#include <utility>

namespace commhost::plugin {

namespace {

constexpr std::size_t digits = 64;

bool needs_escape(std::string_view name) { return name.find_first_of("\\\n\r") != std::string_view::npos; }

std::string escaped(std::string_view name) {
    std::string text;
    for (const char each : name) {
        if (each == '\\')
            text += "\\\\";
        else if (each == '\n')
            text += "\\n";
        else if (each == '\r')
            text += "\\r";
        else
            text += each;
    }
    return text;
}

/// Empty when a backslash stands before something else than sha256sum puts behind it.
std::optional<std::string> unescaped(std::string_view text) {
    std::string name;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '\\') {
            name += text[at];
            continue;
        }
        if (++at == text.size()) return std::nullopt;
        if (text[at] == '\\')
            name += '\\';
        else if (text[at] == 'n')
            name += '\n';
        else if (text[at] == 'r')
            name += '\r';
        else
            return std::nullopt;
    }
    return name;
}

/// "digits  name", "digits *name", each with a backslash before it when the name is escaped. Empty for anything else.
std::optional<std::pair<std::string, std::string>> parse_line(std::string_view line) {
    const bool is_escaped = line.starts_with('\\');
    if (is_escaped) line.remove_prefix(1);
    if (line.size() < digits + 3 || line[digits] != ' ' || (line[digits + 1] != ' ' && line[digits + 1] != '*'))
        return std::nullopt;
    auto sum = text::lower(line.substr(0, digits));
    if (sum.find_first_not_of("0123456789abcdef") != std::string::npos) return std::nullopt;
    const auto written = line.substr(digits + 2);
    auto name = is_escaped ? unescaped(written) : std::optional(std::string(written));
    if (!name || (!is_escaped && text::has_control_character(*name))) return std::nullopt;
    while (name->starts_with("./")) name->erase(0, 2);
    if (name->empty()) return std::nullopt;
    return std::pair(std::move(*name), std::move(sum));
}

/// The first few of them, fit for a message.
std::string list_of(const std::vector<std::string_view>& names) {
    constexpr std::size_t most_named = 5;
    constexpr std::size_t longest = 200;
    std::string text;
    for (std::size_t at = 0; at < std::min(names.size(), most_named); ++at)
        text += (text.empty() ? "" : ", ") + text::printable(names[at], longest);
    if (names.size() > most_named) text += fmt::format(" and {} more", names.size() - most_named);
    return text;
}

}  // namespace

std::string to_text(const checksums& sums) {
    std::string text;
    for (const auto& [name, sum] : sums) text += (needs_escape(name) ? "\\" : "") + sum + "  " + escaped(name) + "\n";
    return text;
}

checksums parse_checksums(std::string_view text, const std::filesystem::path& file) {
    checksums sums;
    std::size_t number = 0;
    const auto refuse = [&](const std::string& reason) {
        throw message::error(CHECKSUM_LINE,
                             {{"file", file.string()}, {"line", std::to_string(number)}, {"reason", reason}});
    };
    while (!text.empty()) {
        ++number;
        const auto end = text.find('\n');
        const auto line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (line.starts_with('#')) continue;  // sha256sum --check passes over them too
        auto read = parse_line(line);
        if (!read) refuse(message::phrase("reason_checksum_form"));
        if (!sums.insert(std::move(*read)).second) refuse(message::phrase("reason_checksum_twice"));
    }
    return sums;
}

checksums checksums_of(const folder_files& files) {
    checksums sums;
    for (const auto& each : files.files) {
        const auto path = files.folder / each.name;
        try {
            sums.emplace(each.name, text::sha256_of_file(path));
        } catch (const std::system_error& failed) {
            throw message::error(PLUGIN_FOLDER_READ, {{"file", path.string()}, {"reason", failed.code().message()}});
        }
    }
    return sums;
}

std::vector<problem> compare_checksums(const checksums& stated, const checksums& found,
                                       const std::filesystem::path& folder) {
    std::vector<std::string_view> different;
    std::vector<std::string_view> absent;
    std::vector<std::string_view> unstated;
    for (const auto& [name, sum] : stated) {
        const auto there = found.find(name);
        if (there == found.end())
            absent.emplace_back(name);
        else if (there->second != sum)
            different.emplace_back(name);
    }
    for (const auto& [name, sum] : found)
        if (name != checksum_file && name != signature_file && !stated.contains(name)) unstated.emplace_back(name);
    std::vector<problem> problems;
    const auto tell = [&](message::code why, const std::vector<std::string_view>& names) {
        if (!names.empty())
            problems.emplace_back(why, message::arguments{{"folder", folder.string()}, {"files", list_of(names)}});
    };
    tell(CHECKSUM_DIFFERS, different);
    tell(CHECKSUM_FILE_MISSING, absent);
    tell(CHECKSUM_UNSTATED, unstated);
    return problems;
}

}  // namespace commhost::plugin
