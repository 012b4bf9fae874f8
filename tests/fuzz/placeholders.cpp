// What stands in braces in the texts of the catalogue and of a plugin, and files of texts.
// Parts: a pattern; then a value for each of {a}, {b}, {c}; the last is a language file.

#include "expectation.hpp"
#include "message/catalogue.hpp"
#include "message/plural_rules.hpp"
#include "message/text_check.hpp"
#include "target.hpp"

#include <boost/json.hpp>

#include <array>
#include <memory>
#include <stdexcept>
#include <string>

namespace commhost::fuzz {

namespace {

void check_pattern(std::string_view pattern, const message::arguments& values) {
    static const message::plural_rules polish("pl");
    const auto content = message::examine(pattern);
    const auto shown = message::format(pattern, values, polish);
    expect(shown == message::format(pattern, values, polish), "a pattern is formatted twice alike");
    if (content.fault.empty() && content.plural.empty() && pattern.find("select") == std::string_view::npos) {
        expect(message::format(pattern, {}, polish) == pattern, "a placeholder without a value stays as it is");
        if (content.placeholders.empty()) expect(shown == pattern, "a text without placeholders stays as it is");
    }
}

void check_texts(std::string_view json) {
    boost::system::error_code failed;
    const auto document = boost::json::parse(json, failed);
    if (failed) return;
    try {
        const auto table = message::table_of(document);
        for (const auto& fault : message::check_texts("en", table, table))
            expect(table.contains(fault.key), "a fault is of a text that is there");
        expect(message::missing_texts(table, table).empty(), "nothing lacks in a file beside itself");
        const auto texts = std::make_shared<message::translations>();
        texts->put("en", table);
        const message::catalogue catalogue(texts, {"de", "en"});
        for (const auto& [key, text] : table)
            expect(catalogue.find_phrase(key).has_value(), "what a file has is found");
    } catch (const std::invalid_argument&) {  // no file of texts, and said so
    }
}

}  // namespace

void run(std::string_view input) {
    const auto parts = parts_of(input);
    constexpr std::array names{"a", "b", "c"};
    message::arguments values;
    for (std::size_t index = 1; index < parts.size() && index <= names.size(); ++index)
        values.emplace_back(names[index - 1], parts[index]);
    check_pattern(parts[0], values);
    check_texts(parts.back());
}

}  // namespace commhost::fuzz
