// The catalogue of messages, and what stands in braces in its sentences and in those of a plugin.
// Parts: a sentence; then a value for each of {a}, {b}, {c}; the last is a catalogue.

#include "expectation.hpp"
#include "message/catalogue.hpp"
#include "target.hpp"

#include <array>
#include <optional>
#include <stdexcept>
#include <string>

namespace commhost::fuzz {

namespace {

/// Character by character: a name is what stands between a '}' and the nearest '{' before it.
std::string replaced(std::string_view text, const message::arguments& values) {
    std::string result;
    std::optional<std::size_t> open;  // in result
    for (const char character : text) {
        if (character == '{') open = result.size();
        result += character;
        if (character != '}' || !open) continue;
        const auto name = result.substr(*open + 1, result.size() - *open - 2);
        for (const auto& [known, value] : values) {
            if (known != name) continue;
            result.resize(*open);
            result += value;
            break;
        }
        open.reset();
    }
    return result;
}

void check_catalogue(std::string_view json) {
    try {
        const message::catalogue catalogue(json);
        for (const auto& [id, entry] : catalogue.entries()) {
            expect(catalogue.find(id) == &entry, "what a catalogue lists it finds");
            expect(catalogue.text(message::code(id), {}) == entry.text, "a sentence without values stays as it is");
        }
    } catch (const std::invalid_argument&) {  // no catalogue, and said so
    }
}

}  // namespace

void run(std::string_view input) {
    const auto parts = parts_of(input);
    constexpr std::array names{"a", "b", "c"};
    message::arguments values;
    for (std::size_t index = 1; index < parts.size() && index <= names.size(); ++index)
        values.emplace_back(names[index - 1], parts[index]);
    expect(message::replace_placeholders(parts[0], {}) == parts[0], "a placeholder without a value stays as it is");
    expect(message::replace_placeholders(parts[0], values) == replaced(parts[0], values),
           "each placeholder is replaced by its value, and no value is looked into");
    check_catalogue(parts.back());
}

}  // namespace commhost::fuzz
