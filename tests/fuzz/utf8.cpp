// What is UTF-8 and what is not, and the one line that may be shown of anything.

#include "text/utf8.hpp"

#include "expectation.hpp"
#include "target.hpp"

#include <limits>
#include <string>

namespace commhost::fuzz {

namespace {

constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

/// The same as text::end_of_valid_utf8 by reading code points one by one.
std::size_t end_by_code_points(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size() && text[at] != '\0') {
        const auto next = text::first_code_point(text.substr(at));
        if (next.value == text::code_point::none) break;
        at += next.bytes;
    }
    return at;
}

}  // namespace

void run(std::string_view input) {
    const auto end = text::end_of_valid_utf8(input);
    expect(end == end_by_code_points(input), "both readers of UTF-8 agree where it ends");
    expect(text::code_points(input.substr(0, end)).has_value(), "what stands before the end is UTF-8");
    expect(end == input.size() || input[end] == '\0' || !text::code_points(input), "what ends it is a NUL or no UTF-8");

    for (const std::size_t limit : {std::size_t{0}, std::size_t{1}, std::size_t{7}, no_limit}) {
        const auto line = text::printable(input, limit);
        const auto length = text::code_points(line);
        expect(length.has_value(), "a printable line is UTF-8");
        expect(limit == no_limit || *length <= limit + 3, "a printable line keeps its limit");
        expect(text::printable(line, no_limit) == line, "a printable line is printable");
    }
}

}  // namespace commhost::fuzz
