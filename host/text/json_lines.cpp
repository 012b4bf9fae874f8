#include "text/json_lines.hpp"

#include "text/strict_json.hpp"
#include "text/utf8.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace commhost::text {

namespace {

/// Told of everything in the order in which it stands (boost::json::basic_parser). Keeps the pointer to where it is.
class value_lines {
  public:
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

    using error_code = boost::json::error_code;
    using string_view = boost::json::string_view;

    /// wanted: null for all of them.
    explicit value_lines(const std::set<std::string, std::less<>>* wanted) : wanted_(wanted) {}

    std::size_t line = 1;
    std::map<std::string, std::size_t, std::less<>> found;

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code&) {
        begin_value();
        open_.push_back({pointer_, std::nullopt});
        return true;
    }
    bool on_object_end(std::size_t, error_code&) {
        open_.pop_back();
        return true;
    }
    bool on_array_begin(error_code&) {
        begin_value();
        open_.push_back({pointer_, 0});
        return true;
    }
    bool on_array_end(std::size_t, error_code&) {
        open_.pop_back();
        return true;
    }
    bool on_key_part(string_view part, std::size_t, error_code&) {
        key_ += part;
        return true;
    }
    bool on_key(string_view part, std::size_t, error_code&) {
        key_ += part;
        pointer_ = open_.back().pointer + pointer_part(key_);
        key_.clear();
        keep(pointer_);
        return true;
    }
    bool on_string_part(string_view, std::size_t, error_code&) { return true; }
    bool on_string(string_view, std::size_t, error_code&) { return begin_value(); }
    bool on_number_part(string_view, error_code&) { return true; }
    bool on_int64(std::int64_t, string_view, error_code&) { return begin_value(); }
    bool on_uint64(std::uint64_t, string_view, error_code&) { return begin_value(); }
    bool on_double(double, string_view, error_code&) { return begin_value(); }
    bool on_bool(bool, error_code&) { return begin_value(); }
    bool on_null(error_code&) { return begin_value(); }
    bool on_comment_part(string_view, error_code&) { return true; }
    bool on_comment(string_view, error_code&) { return true; }

  private:
    /// An object or array whose end is still to come.
    struct container {
        std::string pointer;
        std::optional<std::size_t> next;  // of an array: the index of the element that is not begun yet
    };

    /// A member's line is that of its key, which was told of before. Strings and numbers are told of at their end, which is on
    /// the line of their beginning.
    bool begin_value() {
        if (open_.empty()) {
            keep("");
        } else if (auto& next = open_.back().next) {
            pointer_ = open_.back().pointer + "/" + std::to_string((*next)++);
            keep(pointer_);
        }
        return true;
    }

    void keep(const std::string& pointer) {
        if (wanted_ == nullptr || wanted_->contains(pointer)) found.try_emplace(pointer, line);
    }

    const std::set<std::string, std::less<>>* wanted_;
    std::string pointer_;  // of the member or element that was begun last
    std::vector<container> open_;
    std::string key_;
};

std::map<std::string, std::size_t, std::less<>> lines_of(std::string_view json,
                                                         const std::set<std::string, std::less<>>* wanted) {
    json = without_byte_order_mark(json);
    boost::json::parse_options options;
    options.allow_comments = true;  // whether they may be there others have said
    boost::json::basic_parser<value_lines> parser(options, wanted);
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

}  // namespace

std::map<std::string, std::size_t, std::less<>> lines_of_values(std::string_view json) {
    return lines_of(json, nullptr);
}

std::map<std::string, std::size_t, std::less<>> lines_of_values(std::string_view json,
                                                                const std::set<std::string, std::less<>>& wanted) {
    return lines_of(json, &wanted);
}

}  // namespace commhost::text
