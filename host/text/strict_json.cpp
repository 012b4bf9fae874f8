#include "text/strict_json.hpp"

#include "text/ascii.hpp"
#include "text/line.hpp"
#include "text/utf8.hpp"

#include <boost/json.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace commhost::text {

namespace json = boost::json;

namespace {

constexpr std::size_t deepest = 32;

/// Builds the document and refuses a key that an object has already, which Boost.JSON's own parser lets pass.
class strict_handler {
  public:
    // Boost.JSON asks a handler for these limits.
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

    using error_code = json::error_code;

    strict_handler() { values_.reset(); }

    const std::optional<std::string>& key_found_twice() const { return key_found_twice_; }
    bool number_too_large() const { return number_too_large_; }
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
            failed = json::error::exception;
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
    bool on_double(double number, json::string_view, error_code& failed) {
        // 1e400 is infinite to Boost.JSON, which would write it as something that nobody reads.
        if (!std::isfinite(number)) {
            number_too_large_ = true;
            failed = json::error::exception;
            return false;
        }
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
    std::optional<std::string> key_found_twice_;
    bool number_too_large_ = false;
};

}  // namespace

std::variant<json::value, json_fault> parse_strict_json(std::string_view text, json_comments comments) {
    const auto fault = [&](json_fault::kind what, std::size_t offset, std::string reason) {
        return json_fault{what, line_at(text, offset), std::move(reason)};
    };
    if (const auto end = end_of_valid_utf8(text); end != text.size())
        return fault(json_fault::kind::encoding, end, "there is a byte that is not UTF-8 text");
    text = without_byte_order_mark(text);

    json::parse_options options;
    options.allow_comments = comments == json_comments::allowed;
    options.max_depth = deepest;
    json::basic_parser<strict_handler> parser(options);
    json::error_code failed;
    const auto read = parser.write_some(false, text.data(), text.size(), failed);
    if (const auto& twice = parser.handler().key_found_twice())
        return fault(json_fault::kind::syntax, read, fmt::format("the key '{}' stands twice", tidy(*twice)));
    if (parser.handler().number_too_large())
        return fault(json_fault::kind::syntax, read, "there is a number that is too large");
    if (failed) return fault(json_fault::kind::syntax, read, failed.message());
    if (const auto rest = text.substr(read).find_first_not_of(" \t\r\n"); rest != std::string_view::npos)
        return fault(json_fault::kind::syntax, read + rest, "there is more after the document");
    return parser.handler().release();
}

std::string pointer_part(std::string_view key) {
    std::string part = "/";
    for (const char character : key) {
        if (character == '~') {
            part += "~0";
        } else if (character == '/') {
            part += "~1";
        } else {
            part += character;
        }
    }
    return part;
}

}  // namespace commhost::text
