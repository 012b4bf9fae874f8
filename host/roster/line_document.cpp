#include "roster/line_document.hpp"

#include "message/error.hpp"
#include "roster/codes.hpp"
#include "roster/strict_json.hpp"
#include "text/strict_json.hpp"

#include <algorithm>
#include <exception>
#include <utility>
#include <variant>

namespace commhost::roster {

namespace json = boost::json;

void line_writer::line(std::string_view text) {
    hash_.add(text);
    hash_.add("\n");
    to_.write(text.data(), static_cast<std::streamsize>(text.size()));
    to_.put('\n');
}

void line_writer::field(std::string_view name, const json::value& content) {
    line(quoted(name) + ":" + json::serialize(content) + ",");
}

void line_writer::end() { to_ << "\"digest\":\"" << hash_.digits() << "\"}\n"; }

std::string line_writer::quoted(std::string_view text) { return json::serialize(json::string_view(text)); }

line_reader::line_reader(std::istream& from, std::string file, std::size_t longest_document)
    : from_(from), file_(std::move(file)), left_(longest_document) {}

const std::string& line_reader::line() {
    if (std::exchange(again_, false)) return line_;
    ++number_;
    line_.clear();
    const auto longest = std::min(longest_line, left_);
    // Not std::getline, which would take a line of any length into memory.
    auto* bytes = from_.rdbuf();
    constexpr auto end_of_file = std::istream::traits_type::eof();
    for (auto next = bytes->sbumpc(); next != '\n'; next = bytes->sbumpc()) {
        if (next == end_of_file) refuse(message::phrase("plan_cut_off"));
        if (line_.size() >= longest)
            throw message::error(ROSTER_SIZE, {{"file", file_}, {"limit", message::phrase("plan_limit")}});
        line_ += static_cast<char>(next);
    }
    left_ -= std::min(left_, line_.size() + 1);
    return line_;
}

const std::string& line_reader::peek() {
    line();
    again_ = true;
    return line_;
}

void line_reader::take() {
    hash_.add(line_);
    hash_.add("\n");
}

void line_reader::expect(std::string_view text) {
    if (line() != text) refuse(message::phrase("plan_line_wanted", {{"text", std::string(text)}}));
    take();
}

json::value line_reader::field(std::string_view name) {
    auto found = optional_field(name);
    if (!found) refuse(message::phrase("plan_line_wanted", {{"text", line_writer::quoted(name) + ":"}}));
    return *std::move(found);
}

std::optional<json::value> line_reader::optional_field(std::string_view name) {
    std::string_view text = peek();
    const auto begin = line_writer::quoted(name) + ":";
    if (!text.starts_with(begin) || !text.ends_with(',')) return std::nullopt;
    line();
    take();
    text.remove_prefix(begin.size());
    text.remove_suffix(1);
    return parse(text);
}

void line_reader::list(std::string_view name, std::string_view behind,
                       const std::function<void(const json::value&)>& entry) {
    expect(line_writer::quoted(name) + ":[");
    const auto end = "]" + std::string(behind);
    for (bool last = false; line() != end;) {
        if (last) refuse(message::phrase("plan_line_wanted", {{"text", end}}));
        std::string_view text = line_;
        take();
        last = !text.ends_with(',');
        if (!last) text.remove_suffix(1);
        try {
            entry(parse(text));
        } catch (const message::error&) {
            throw;
        } catch (const std::exception& failed) {
            // Boost.JSON tells of a missing field or another type by exceptions of several types.
            refuse(failed.what());
        }
    }
    take();
}

std::string line_reader::end() {
    auto digest = hash_.digits();
    const auto wanted = "\"digest\":\"" + digest + "\"}";
    if (!std::string_view(line()).starts_with("\"digest\":\""))
        refuse(message::phrase("plan_line_wanted", {{"text", "\"digest\":"}}));
    if (line_ != wanted) throw message::error(ROSTER_PLAN_EDITED, {{"file", file_}});
    if (from_.peek() != std::istream::traits_type::eof()) refuse(message::phrase("plan_goes_on"));
    return digest;
}

json::value line_reader::parse(std::string_view text) const {
    auto parsed = text::parse_strict_json(text);
    if (const auto* fault = std::get_if<text::json_fault>(&parsed)) refuse(fault->reason);
    return std::get<json::value>(std::move(parsed));
}

void line_reader::refuse(std::string_view reason) const {
    throw message::error(ROSTER_PLAN,
                         {{"file", file_ + ":" + std::to_string(number_)}, {"reason", std::string(reason)}});
}

}  // namespace commhost::roster
