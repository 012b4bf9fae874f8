#include "array_reader.hpp"

#include "bounded_json.hpp"

#include <core_communication/provider_error.hpp>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace communication_matrix {

namespace {

/// Builds a value from the parser's events for each element of the outermost array, and no value of the array itself.
/// The members and their names are what boost::json::basic_parser asks of a handler.
struct element_handler {
    static constexpr std::size_t max_array_size = boost::json::array::max_size();
    static constexpr std::size_t max_object_size = boost::json::object::max_size();
    static constexpr std::size_t max_string_size = boost::json::string::max_size();
    static constexpr std::size_t max_key_size = boost::json::string::max_size();

    explicit element_handler(const std::function<void(const boost::json::value&)>& callback) : on_element(callback) {}

    const std::function<void(const boost::json::value&)>& on_element;
    boost::json::value_stack stack;
    std::size_t depth = 0;

    bool on_document_begin(boost::json::error_code&) { return true; }
    bool on_document_end(boost::json::error_code&) { return true; }

    bool on_array_begin(boost::json::error_code&) {
        if (depth == 0) stack.reset();
        ++depth;
        return true;
    }
    bool on_array_end(std::size_t size, boost::json::error_code&) {
        if (--depth == 0) return true;
        stack.push_array(size);
        return value_built();
    }
    bool on_object_begin(boost::json::error_code& failed) {
        if (depth == 0) return not_an_array(failed);
        ++depth;
        return true;
    }
    bool on_object_end(std::size_t size, boost::json::error_code&) {
        --depth;
        stack.push_object(size);
        return value_built();
    }
    bool on_string_part(std::string_view part, std::size_t, boost::json::error_code& failed) {
        if (depth == 0) return not_an_array(failed);
        stack.push_chars(part);
        return true;
    }
    bool on_string(std::string_view last, std::size_t, boost::json::error_code& failed) {
        if (depth == 0) return not_an_array(failed);
        stack.push_string(last);
        return value_built();
    }
    bool on_key_part(std::string_view part, std::size_t, boost::json::error_code&) {
        stack.push_chars(part);
        return true;
    }
    bool on_key(std::string_view last, std::size_t, boost::json::error_code&) {
        stack.push_key(last);
        return true;
    }
    bool on_number_part(std::string_view, boost::json::error_code&) { return true; }
    bool on_int64(std::int64_t number, std::string_view, boost::json::error_code& failed) {
        if (depth == 0) return not_an_array(failed);
        stack.push_int64(number);
        return value_built();
    }
    bool on_uint64(std::uint64_t number, std::string_view, boost::json::error_code& failed) {
        if (depth == 0) return not_an_array(failed);
        stack.push_uint64(number);
        return value_built();
    }
    bool on_double(double number, std::string_view, boost::json::error_code& failed) {
        if (depth == 0) return not_an_array(failed);
        stack.push_double(number);
        return value_built();
    }
    bool on_bool(bool flag, boost::json::error_code& failed) {
        if (depth == 0) return not_an_array(failed);
        stack.push_bool(flag);
        return value_built();
    }
    bool on_null(boost::json::error_code& failed) {
        if (depth == 0) return not_an_array(failed);
        stack.push_null();
        return value_built();
    }
    bool on_comment_part(std::string_view, boost::json::error_code&) { return true; }
    bool on_comment(std::string_view, boost::json::error_code&) { return true; }

  private:
    static bool not_an_array(boost::json::error_code& failed) {
        failed = boost::json::make_error_code(boost::json::error::not_array);
        return false;
    }
    bool value_built() {
        if (depth == 1) {
            on_element(stack.release());
            stack.reset();
        }
        return true;
    }
};

}  // namespace

void for_each_element(std::string_view text, const std::function<void(const boost::json::value&)>& on_element) {
    boost::json::parse_options options;
    options.max_depth = deepest_json;
    boost::json::basic_parser<element_handler> parser(options, on_element);
    boost::json::error_code failed;
    std::size_t read = 0;
    const bool whole = feed_bounded(text, [&](std::string_view part, std::size_t at, bool more) {
        const auto taken = parser.write_some(more, part.data(), part.size(), failed);
        if (!failed && taken < part.size()) failed = boost::json::make_error_code(boost::json::error::extra_data);
        read = at + taken;
        return !failed;
    });
    if (!failed && !whole) failed = boost::json::make_error_code(boost::json::error::incomplete);
    if (failed)
        throw core_communication::provider_error(core_communication::failure::invalid,
                                                 "the server's answer is not a whole JSON array (byte " +
                                                     std::to_string(read) + " of " + std::to_string(text.size()) +
                                                     "): " + failed.message());
}

}  // namespace communication_matrix
