#include "text/json_lines.hpp"

#include "text/strict_json.hpp"
#include "text/utf8.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace commhost::text {

namespace {

/// Told of everything in the order in which it stands (boost::json::basic_parser). Keeps the pointer to where it is.
class member_lines {
  public:
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

    using error_code = boost::json::error_code;
    using string_view = boost::json::string_view;

    std::size_t line = 1;
    std::map<std::string, std::size_t, std::less<>> found;

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code&) {
        pointers_.push_back(pointer_);
        return true;
    }
    bool on_object_end(std::size_t, error_code&) {
        pointers_.pop_back();
        return true;
    }
    bool on_array_begin(error_code&) {
        ++arrays_;
        return true;
    }
    bool on_array_end(std::size_t, error_code&) {
        --arrays_;
        return true;
    }
    bool on_key_part(string_view part, std::size_t, error_code&) {
        key_ += part;
        return true;
    }
    bool on_key(string_view part, std::size_t, error_code&) {
        key_ += part;
        pointer_ = pointers_.back() + pointer_part(key_);
        key_.clear();
        if (arrays_ == 0) found.try_emplace(pointer_, line);
        return true;
    }
    bool on_string_part(string_view, std::size_t, error_code&) { return true; }
    bool on_string(string_view, std::size_t, error_code&) { return true; }
    bool on_number_part(string_view, error_code&) { return true; }
    bool on_int64(std::int64_t, string_view, error_code&) { return true; }
    bool on_uint64(std::uint64_t, string_view, error_code&) { return true; }
    bool on_double(double, string_view, error_code&) { return true; }
    bool on_bool(bool, error_code&) { return true; }
    bool on_null(error_code&) { return true; }
    bool on_comment_part(string_view, error_code&) { return true; }
    bool on_comment(string_view, error_code&) { return true; }

  private:
    std::string pointer_;                // of the member that was begun last
    std::vector<std::string> pointers_;  // of the objects that are open
    std::string key_;
    int arrays_ = 0;
};

}  // namespace

std::map<std::string, std::size_t, std::less<>> lines_of_members(std::string_view json) {
    json = without_byte_order_mark(json);
    boost::json::basic_parser<member_lines> parser(boost::json::parse_options{});
    // A line at a time: no key goes over the end of a line, so whatever is told of stands on the line that is
    // being read.
    while (!json.empty()) {
        const auto length = std::min(json.find('\n'), json.size() - 1) + 1;
        boost::json::error_code failed;
        parser.write_some(true, json.data(), length, failed);
        if (failed || parser.done()) break;
        ++parser.handler().line;
        json.remove_prefix(length);
    }
    return std::move(parser.handler().found);
}

}  // namespace commhost::text
