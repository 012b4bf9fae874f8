#include "roster/strict_json.hpp"

#include "message/error.hpp"
#include "roster/codes.hpp"
#include "roster/text.hpp"

#include <boost/json.hpp>
#include <boost/json/basic_parser_impl.hpp>

#include <cstdint>
#include <set>
#include <utility>
#include <vector>

namespace commhost::roster {

namespace {

constexpr std::size_t deepest = 32;

/// Watches a text go by for a field that an object has twice; the value that Boost.JSON makes keeps only the last.
struct field_watch {
    // Boost.JSON asks a handler for these limits.
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

    using error_code = boost::json::error_code;
    using text = boost::json::string_view;

    std::vector<std::set<std::string>> objects;
    std::string key;
    std::string twice;

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code&) {
        objects.emplace_back();
        return true;
    }
    bool on_object_end(std::size_t, error_code&) {
        objects.pop_back();
        return true;
    }
    bool on_array_begin(error_code&) { return true; }
    bool on_array_end(std::size_t, error_code&) { return true; }
    bool on_key_part(text part, std::size_t, error_code&) {
        key.append(part);
        return true;
    }
    bool on_key(text part, std::size_t, error_code& failed) {
        key.append(part);
        if (!objects.back().insert(key).second) {
            twice = key;
            failed = boost::json::error::exception;
            return false;
        }
        key.clear();
        return true;
    }
    bool on_string_part(text, std::size_t, error_code&) { return true; }
    bool on_string(text, std::size_t, error_code&) { return true; }
    bool on_number_part(text, error_code&) { return true; }
    bool on_int64(std::int64_t, text, error_code&) { return true; }
    bool on_uint64(std::uint64_t, text, error_code&) { return true; }
    bool on_double(double, text, error_code&) { return true; }
    bool on_bool(bool, error_code&) { return true; }
    bool on_null(error_code&) { return true; }
    bool on_comment_part(text, error_code&) { return true; }
    bool on_comment(text, error_code&) { return true; }
};

}  // namespace

boost::json::value parse_strict_json(std::string_view text, const std::string& file) {
    const auto place = [&](std::size_t offset) { return file + ":" + std::to_string(line_at(text, offset)); };
    if (const auto end = end_of_valid_utf8(text); end != text.size())
        throw message::error(ROSTER_ENCODING, {{"place", place(end)}});

    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());

    boost::json::parse_options options;
    options.max_depth = deepest;
    boost::json::basic_parser<field_watch> watch(options);
    boost::json::error_code failed;
    const auto read = watch.write_some(false, text.data(), text.size(), failed);
    if (!watch.handler().twice.empty())
        throw message::error(
            ROSTER_JSON,
            {{"place", place(read)}, {"reason", "the field '" + tidy(watch.handler().twice) + "' is there twice"}});
    const auto rest = text.substr(read).find_first_not_of(" \t\r\n");
    if (!failed && rest != std::string_view::npos)
        throw message::error(ROSTER_JSON,
                             {{"place", place(read + rest)}, {"reason", "there is more after the document"}});
    if (failed) throw message::error(ROSTER_JSON, {{"place", place(read)}, {"reason", failed.message()}});
    return boost::json::parse(boost::json::string_view(text.data(), text.size()), {}, options);
}

std::string pointer_part(std::string_view name) {
    std::string part = "/";
    for (const char character : name) {
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

}  // namespace commhost::roster
