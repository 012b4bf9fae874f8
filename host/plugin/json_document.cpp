#include "plugin/json_document.hpp"

#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "text/ascii.hpp"
#include "text/file_content.hpp"
#include "text/json_lines.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <system_error>

namespace commhost::plugin {

namespace json = boost::json;

namespace {

json::value parse(std::string_view written, const std::filesystem::path& file, text::json_comments comments) {
    auto parsed = text::parse_strict_json(written, comments);
    if (const auto* fault = std::get_if<text::json_fault>(&parsed))
        throw message::error(
            JSON_SYNTAX, {{"file", file.string()}, {"line", std::to_string(fault->line)}, {"reason", fault->reason}});
    return std::get<json::value>(std::move(parsed));
}

/// A word of the kind "json".
std::string_view kind_of(const json::value& value) {
    switch (value.kind()) {
        case json::kind::null: return "null";
        case json::kind::bool_: return "boolean";
        case json::kind::int64:
        case json::kind::uint64: return "integer";
        case json::kind::double_: return "fraction";
        case json::kind::string: return "string";
        case json::kind::array: return "array";
        case json::kind::object: return "object";
    }
    return "other";
}

/// A whole number beyond 64 bits, which Boost.JSON reads as an unsigned or a floating one.
bool is_too_large(const json::value& value) {
    constexpr double beyond = 9223372036854775808.0;  // 2^63
    if (value.is_uint64()) return true;
    return value.is_double() && std::abs(value.get_double()) >= beyond;
}

std::string shown_pointer(const std::string& pointer) {
    return pointer.empty() ? message::phrase("json_whole_document") : pointer;
}

std::string line_in(std::string_view written, std::string_view pointer) {
    const auto lines = text::lines_of_values(written, {std::string(pointer)});
    const auto found = lines.find(pointer);
    return found == lines.end() ? "?" : std::to_string(found->second);
}

}  // namespace

std::string line_of(const std::filesystem::path& file, std::string_view pointer) {
    try {
        return line_in(text::read_file(file, json_document::most_bytes), pointer);
    } catch (const std::system_error&) {  // gone by now; what there is to say about it stays true
        return "?";
    }
}

struct json_document::content {
    json::value value;
    json_source source;
};

json_document::json_document(const std::filesystem::path& file, text::json_comments comments, std::size_t at_most) {
    std::string found;
    try {
        found = text::read_file(file, at_most);
    } catch (const std::system_error& failed) {  // the system's reason becomes a message that names the file
        if (failed.code().value() == EFBIG)
            throw message::error(JSON_SIZE, {{"file", file.string()}, {"most", std::to_string(at_most)}});
        throw message::error(JSON_READ, {{"file", file.string()}, {"reason", failed.code().message()}});
    }
    content_ = std::make_unique<const content>(content{parse(found, file, comments), {file, std::move(found)}});
}

json_document::json_document(std::string_view text, const std::filesystem::path& file)
    : content_(std::make_unique<const content>(
          content{parse(text, file, text::json_comments::refused), {file, std::string(text)}})) {}

json_document::~json_document() = default;
json_document::json_document(json_document&&) noexcept = default;
json_document& json_document::operator=(json_document&&) noexcept = default;

json_place json_document::root() const { return {content_->value, "", content_->source}; }

std::string json_place::text() const {
    if (!value_->is_string()) refuse_kind("string");
    const auto& string = value_->get_string();
    if (string.empty()) refuse(message::phrase("reason_json_empty"));
    // An escape sequence would reach the terminal of whoever lists it.
    const auto is_refused = [](char character) {
        return text::is_control(character) && character != '\n' && character != '\t';
    };
    if (std::any_of(string.begin(), string.end(), is_refused)) refuse(message::phrase("reason_json_control"));
    return std::string(string);
}

std::int64_t json_place::integer() const {
    if (is_too_large(*value_))
        refuse(message::phrase("reason_json_kind", {{"wanted", message::word_of("json", "integer")},
                                                    {"found", message::word_of("json", "large_integer")}}));
    if (!value_->is_int64()) refuse_kind("integer");
    return value_->get_int64();
}

bool json_place::boolean() const {
    if (!value_->is_bool()) refuse_kind("boolean");
    return value_->get_bool();
}

std::vector<json_place> json_place::elements() const {
    if (!value_->is_array()) refuse_kind("array");
    std::vector<json_place> places;
    for (const auto& element : value_->get_array())
        places.emplace_back(element, fmt::format("{}/{}", pointer_, places.size()), *source_);
    return places;
}

std::vector<std::pair<std::string, json_place>> json_place::members() const {
    if (!value_->is_object()) refuse_kind("object");
    std::vector<std::pair<std::string, json_place>> places;
    for (const auto& [key, member] : value_->get_object())
        places.emplace_back(key, json_place(member, pointer_ + text::pointer_part(key), *source_));
    return places;
}

void json_place::has_only(std::initializer_list<std::string_view> fields) const {
    for (const auto& [key, place] : members()) {
        if (std::find(fields.begin(), fields.end(), key) == fields.end())
            place.refuse(
                message::phrase("reason_json_field", {{"fields", fmt::format("{}", fmt::join(fields, ", "))}}));
    }
}

json_place json_place::at(std::string_view field) const {
    auto found = find(field);
    if (found.empty()) refuse(message::phrase("reason_json_missing", {{"field", std::string(field)}}));
    return std::move(found.front());
}

std::vector<json_place> json_place::find(std::string_view field) const {
    if (!value_->is_object()) refuse_kind("object");
    const auto* member = value_->get_object().if_contains(field);
    if (member == nullptr) return {};
    return {json_place(*member, pointer_ + text::pointer_part(field), *source_)};
}

void json_place::refuse_kind(std::string_view wanted) const {
    refuse(message::phrase("reason_json_kind", {{"wanted", message::word_of("json", wanted)},
                                                {"found", message::word_of("json", kind_of(*value_))}}));
}

std::string json_place::line() const { return line_in(source_->text, pointer_); }

void json_place::refuse(std::string_view reason) const {
    throw message::error(JSON_CONTENT, {{"file", file().string()},
                                        {"line", line()},
                                        {"pointer", shown_pointer(pointer_)},
                                        {"reason", std::string(reason)}});
}

}  // namespace commhost::plugin
