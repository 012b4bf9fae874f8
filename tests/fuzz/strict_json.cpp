// The strict JSON of manifests, settings, strings, rosters and, with comments, of commhost.json.

#include "text/strict_json.hpp"

#include "expectation.hpp"
#include "target.hpp"
#include "text/utf8.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <variant>

namespace commhost::fuzz {

namespace {

namespace json = boost::json;
using text::json_comments;

struct census {
    std::size_t keys = 0;
    std::size_t depth = 0;
    bool fractions = false;
};

census census_of(const json::value& value) {
    census sum;
    const auto add = [&](const json::value& below) {
        const auto part = census_of(below);
        sum.keys += part.keys;
        sum.depth = std::max(sum.depth, part.depth);
        sum.fractions = sum.fractions || part.fractions;
    };
    if (value.is_double()) sum.fractions = true;
    if (const auto* array = value.if_array())
        for (const auto& element : *array) add(element);
    if (const auto* object = value.if_object()) {
        sum.keys = object->size();
        for (const auto& [key, member] : *object) add(member);
    }
    if (value.is_structured()) ++sum.depth;
    return sum;
}

/// How many keys are written, of whatever name, in a document without comments.
std::size_t keys_written(std::string_view document) {
    std::size_t count = 0;
    bool quoted = false;
    for (std::size_t at = 0; at < document.size(); ++at) {
        if (quoted && document[at] == '\\') {
            ++at;
        } else if (document[at] == '"') {
            quoted = !quoted;
        } else if (!quoted && document[at] == ':') {
            ++count;
        }
    }
    return count;
}

void check_fault(const text::json_fault& fault, std::string_view input) {
    const auto lines = static_cast<std::size_t>(
        1 + std::count_if(input.begin(), input.end(), [](char each) { return each == '\n' || each == '\r'; }));
    expect(fault.line >= 1 && fault.line <= lines, "a fault is in a line of the document");
    expect(!fault.reason.empty() && !fault.reason.ends_with('.'), "a reason is a sentence without a full stop");
    expect_line(fault.reason, "a reason");
}

const json::value* check(std::string_view input, json_comments comments,
                         const std::variant<json::value, text::json_fault>& read) {
    const auto again = text::parse_strict_json(input, comments);
    expect(again.index() == read.index(), "a document is read twice alike");
    if (const auto* fault = std::get_if<text::json_fault>(&read)) {
        const auto& second = std::get<text::json_fault>(again);
        expect(fault->line == second.line && fault->reason == second.reason, "a fault is told twice alike");
        check_fault(*fault, input);
        return nullptr;
    }
    const auto& value = std::get<json::value>(read);
    expect(value == std::get<json::value>(again), "a document is read twice alike");
    expect(census_of(value).depth <= 32, "a document has at most 32 levels");
    return &value;
}

}  // namespace

void run(std::string_view input) {
    const auto strict = text::parse_strict_json(input);
    const auto lenient = text::parse_strict_json(input, json_comments::allowed);
    const auto* value = check(input, json_comments::refused, strict);
    const auto* commented = check(input, json_comments::allowed, lenient);
    if (value == nullptr) return;

    expect(commented != nullptr && *commented == *value, "allowing comments changes no document without them");
    const auto sum = census_of(*value);
    expect(sum.keys == keys_written(input), "no key stands twice in an object");
    json::error_code failed;
    const auto by_boost = json::parse(text::without_byte_order_mark(input), failed);
    expect(!failed && by_boost == *value, "what is accepted is what Boost.JSON reads too");
    const auto written = text::parse_strict_json(json::serialize(*value));
    const auto* back = std::get_if<json::value>(&written);
    expect(back != nullptr, "what was read can be written and read again");
    // Boost.JSON 1.81 writes a fraction with as many digits as it needs and may read it back as its neighbour.
    expect(sum.fractions || *back == *value, "written and read again it is the same");
}

}  // namespace commhost::fuzz
