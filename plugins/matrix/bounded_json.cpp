#include "bounded_json.hpp"

#include <boost/json/stream_parser.hpp>

namespace communication_matrix {

namespace {

/// Follows the nesting of a JSON text without recursion.
class nesting {
  public:
    void take(char character) {
        if (in_string_) {
            if (escaped_)
                escaped_ = false;
            else if (character == '\\')
                escaped_ = true;
            else if (character == '"')
                in_string_ = false;
        } else if (character == '"') {
            in_string_ = true;
        } else if (character == '[' || character == '{') {
            closers_.push_back(character == '[' ? ']' : '}');
        } else if (character == ']' || character == '}') {
            if (closers_.empty() || closers_.back() != character)
                mismatched_ = true;
            else
                closers_.pop_back();
        }
    }
    std::size_t depth() const { return closers_.size(); }
    bool mismatched() const { return mismatched_; }

  private:
    std::string closers_;
    bool in_string_ = false;
    bool escaped_ = false;
    bool mismatched_ = false;
};

}  // namespace

bool feed_bounded(std::string_view text,
                  const std::function<bool(std::string_view part, std::size_t at, bool more)>& take) {
    nesting within;
    std::size_t from = 0;
    for (std::size_t index = 0; index < text.size() && !within.mismatched(); ++index) {
        const auto before = within.depth();
        within.take(text[index]);
        if (before == deepest_json && within.depth() > deepest_json) {
            if (!take(text.substr(from, index - from), from, true) || !take("null", index, true)) return true;
            from = index;
        } else if (before > deepest_json && within.depth() == deepest_json) {
            from = index + 1;
        }
    }
    if (within.depth() > deepest_json) return false;
    take(text.substr(from), from, false);
    return true;
}

boost::json::value parse_bounded(std::string_view text, boost::json::error_code& failed) {
    boost::json::parse_options options;
    options.max_depth = deepest_json;
    boost::json::stream_parser parser({}, options);
    failed = {};
    const bool whole = feed_bounded(text, [&](std::string_view part, std::size_t, bool) {
        parser.write(part.data(), part.size(), failed);
        return !failed;
    });
    if (!failed && !whole) failed = boost::json::make_error_code(boost::json::error::incomplete);
    if (!failed) parser.finish(failed);
    return failed ? boost::json::value() : parser.release();
}

std::string text_in(const boost::json::object& object, std::string_view field) {
    const auto* value = object.if_contains(field);
    return value == nullptr || !value->is_string() ? std::string() : std::string(value->get_string());
}

}  // namespace communication_matrix
