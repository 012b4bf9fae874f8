#include "plugin/json_document.hpp"

#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "plugin/file_content.hpp"

#include <boost/json.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <system_error>

namespace commhost::plugin {

namespace json = boost::json;

namespace {

/// Builds the document and refuses a key that an object has already, which Boost.JSON's own parser lets pass.
class strict_handler {
  public:
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

    using error_code = boost::system::error_code;

    strict_handler() { values_.reset(); }

    const std::string& key_found_twice() const { return key_found_twice_; }
    json::value release() { return values_.release(); }

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code&) {
        keys_.emplace_back();
        return true;
    }
    bool on_object_end(std::size_t count, error_code&) {
        keys_.pop_back();
        values_.push_object(count);
        return true;
    }
    bool on_array_begin(error_code&) { return true; }
    bool on_array_end(std::size_t count, error_code&) {
        values_.push_array(count);
        return true;
    }
    bool on_key_part(json::string_view part, std::size_t, error_code&) {
        key_ += part;
        values_.push_chars(part);
        return true;
    }
    bool on_key(json::string_view part, std::size_t, error_code& failed) {
        key_ += part;
        values_.push_key(part);
        if (!keys_.back().insert(key_).second) {
            key_found_twice_ = key_;
            failed = make_error_code(boost::system::errc::invalid_argument);
            return false;
        }
        key_.clear();
        return true;
    }
    bool on_string_part(json::string_view part, std::size_t, error_code&) {
        values_.push_chars(part);
        return true;
    }
    bool on_string(json::string_view part, std::size_t, error_code&) {
        values_.push_string(part);
        return true;
    }
    bool on_number_part(json::string_view, error_code&) { return true; }
    bool on_int64(std::int64_t number, json::string_view, error_code&) {
        values_.push_int64(number);
        return true;
    }
    bool on_uint64(std::uint64_t number, json::string_view, error_code&) {
        values_.push_uint64(number);
        return true;
    }
    bool on_double(double number, json::string_view, error_code&) {
        values_.push_double(number);
        return true;
    }
    bool on_bool(bool value, error_code&) {
        values_.push_bool(value);
        return true;
    }
    bool on_null(error_code&) {
        values_.push_null();
        return true;
    }
    bool on_comment_part(json::string_view, error_code&) { return true; }
    bool on_comment(json::string_view, error_code&) { return true; }

  private:
    json::value_stack values_;
    std::vector<std::set<std::string>> keys_;
    std::string key_;
    std::string key_found_twice_;
};

json::value parse(std::string_view text, const std::filesystem::path& file, json_comments comments) {
    json::parse_options options;
    options.allow_comments = comments == json_comments::allowed;
    json::basic_parser<strict_handler> parser(options);
    boost::system::error_code failed;
    auto read = parser.write_some(false, text.data(), text.size(), failed);
    if (!failed && read < text.size()) {
        const auto rest = text.substr(read).find_first_not_of(" \t\r\n");
        if (rest != std::string_view::npos) {
            failed = json::error::extra_data;
            read += rest;
        }
    }
    if (!failed) return parser.handler().release();
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(read), '\n');
    const auto& twice = parser.handler().key_found_twice();
    throw message::error(
        JSON_SYNTAX, {{"file", file.string()},
                      {"line", std::to_string(line)},
                      {"reason", twice.empty() ? failed.message() : fmt::format("the key '{}' stands twice", twice)}});
}

std::string_view kind_of(const json::value& value) {
    switch (value.kind()) {
        case json::kind::null: return "null";
        case json::kind::bool_: return "true or false";
        case json::kind::int64:
        case json::kind::uint64: return "an integer";
        case json::kind::double_: return "a number with a fraction";
        case json::kind::string: return "a string";
        case json::kind::array: return "an array";
        case json::kind::object: return "an object";
    }
    return "something else";
}

[[noreturn]] void refuse_kind(const json_place& place, std::string_view wanted) {
    place.refuse(fmt::format("{} is wanted, found {}", wanted, kind_of(place.value())));
}

/// RFC 6901, section 3.
std::string escaped(std::string_view key) {
    std::string text;
    for (const char character : key) {
        if (character == '~') {
            text += "~0";
        } else if (character == '/') {
            text += "~1";
        } else {
            text += character;
        }
    }
    return text;
}

}  // namespace

struct json_document::content {
    json::value value;
    std::filesystem::path file;
};

json_document::json_document(const std::filesystem::path& file, json_comments comments, std::size_t at_most) {
    std::string text;
    try {
        text = read_file(file, at_most);
    } catch (const std::system_error& failed) {  // the system's reason becomes a message that names the file
        if (failed.code().value() == EFBIG)
            throw message::error(JSON_SIZE, {{"file", file.string()}, {"most", std::to_string(at_most)}});
        throw message::error(JSON_READ, {{"file", file.string()}, {"reason", failed.code().message()}});
    }
    content_ = std::make_unique<const content>(parse(text, file, comments), file);
}

json_document::json_document(std::string_view text, const std::filesystem::path& file)
    : content_(std::make_unique<const content>(parse(text, file, json_comments::refused), file)) {}

json_document::~json_document() = default;
json_document::json_document(json_document&&) noexcept = default;
json_document& json_document::operator=(json_document&&) noexcept = default;

json_place json_document::root() const { return {content_->value, "", content_->file}; }

std::string json_place::text() const {
    if (!value_->is_string()) refuse_kind(*this, "a string");
    const auto& string = value_->get_string();
    if (string.empty()) refuse("the string is empty");
    // An escape sequence would reach the terminal of whoever lists it.
    const auto is_control = [](char character) {
        const auto byte = static_cast<unsigned char>(character);
        return (byte < 0x20 && character != '\n' && character != '\t') || byte == 0x7F;
    };
    if (std::any_of(string.begin(), string.end(), is_control)) refuse("the string has a control character");
    return std::string(string);
}

std::int64_t json_place::integer() const {
    if (!value_->is_int64()) refuse_kind(*this, "an integer");
    return value_->get_int64();
}

bool json_place::boolean() const {
    if (!value_->is_bool()) refuse_kind(*this, "true or false");
    return value_->get_bool();
}

std::vector<json_place> json_place::elements() const {
    if (!value_->is_array()) refuse_kind(*this, "an array");
    std::vector<json_place> places;
    for (const auto& element : value_->get_array())
        places.emplace_back(element, fmt::format("{}/{}", pointer_, places.size()), *file_);
    return places;
}

std::vector<std::pair<std::string, json_place>> json_place::members() const {
    if (!value_->is_object()) refuse_kind(*this, "an object");
    std::vector<std::pair<std::string, json_place>> places;
    for (const auto& [key, member] : value_->get_object())
        places.emplace_back(key, json_place(member, fmt::format("{}/{}", pointer_, escaped(key)), *file_));
    return places;
}

void json_place::has_only(std::initializer_list<std::string_view> fields) const {
    for (const auto& [key, place] : members()) {
        if (std::find(fields.begin(), fields.end(), key) == fields.end())
            place.refuse(fmt::format("no such field is known; known are {}", fmt::join(fields, ", ")));
    }
}

json_place json_place::at(std::string_view field) const {
    auto found = find(field);
    if (found.empty()) refuse(fmt::format("the field '{}' is missing", field));
    return std::move(found.front());
}

std::vector<json_place> json_place::find(std::string_view field) const {
    if (!value_->is_object()) refuse_kind(*this, "an object");
    const auto* member = value_->get_object().if_contains(field);
    if (member == nullptr) return {};
    return {json_place(*member, fmt::format("{}/{}", pointer_, escaped(field)), *file_)};
}

void json_place::refuse(std::string_view reason) const {
    throw message::error(JSON_CONTENT, {{"file", file_->string()},
                                        {"pointer", pointer_.empty() ? "(the whole document)" : pointer_},
                                        {"reason", std::string(reason)}});
}

}  // namespace commhost::plugin
