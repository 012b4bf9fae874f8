#include "message/catalogue.hpp"

#include "text/utf8.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace commhost::message {

std::string_view built_in_catalogue();

namespace {

std::string text_of(const boost::json::object& object, std::string_view field, std::string_view id) {
    const auto* value = object.if_contains(field);
    if (value == nullptr || !value->is_string())
        throw std::invalid_argument("message catalogue: " + std::string(id) + " has no text '" + std::string(field) +
                                    "'");
    return std::string(value->get_string());
}

/// Values come from files, servers and plugins; a sentence goes to terminals, logs and JSON documents.
arguments shown(arguments values) {
    for (auto& [name, value] : values) value = text::printable(value, std::numeric_limits<std::size_t>::max());
    return values;
}

}  // namespace

catalogue::catalogue(std::string_view json) {
    boost::system::error_code failed;
    const auto document = boost::json::parse(json, failed);
    if (failed || !document.is_object())
        throw std::invalid_argument("message catalogue: not a JSON object: " + failed.message());
    for (const auto& [id, value] : document.get_object()) {
        if (!value.is_object()) throw std::invalid_argument("message catalogue: " + std::string(id) + " is no object");
        const auto& object = value.get_object();
        entries_.emplace(std::string(id), entry{text_of(object, "text", id), text_of(object, "advice", id)});
    }
}

const catalogue& catalogue::built_in() {
    static const catalogue english(built_in_catalogue());
    return english;
}

const entry* catalogue::find(std::string_view id) const {
    const auto found = entries_.find(id);
    return found == entries_.end() ? nullptr : &found->second;
}

std::string catalogue::text(code which, const arguments& values) const {
    if (const auto* known = find(which.id())) return replace_placeholders(known->text, shown(values));
    std::string text(which.id());
    for (const auto& [name, value] : shown(values)) text += " " + name + "=" + value;
    return text;
}

std::string catalogue::advice(code which, const arguments& values) const {
    const auto* known = find(which.id());
    return known == nullptr ? std::string() : replace_placeholders(known->advice, shown(values));
}

std::string replace_placeholders(std::string_view text, const arguments& values) {
    std::string result;
    while (!text.empty()) {
        const auto close = text.find('}');
        if (close == std::string_view::npos) break;
        const auto open = text.substr(0, close).rfind('{');
        auto replacement = text.substr(std::min(open, close), close + 1 - std::min(open, close));
        if (open != std::string_view::npos) {
            const auto name = text.substr(open + 1, close - open - 1);
            const auto value =
                std::find_if(values.begin(), values.end(), [&](const auto& pair) { return pair.first == name; });
            if (value != values.end()) replacement = value->second;
        }
        result += text.substr(0, std::min(open, close));
        result += replacement;
        text.remove_prefix(close + 1);
    }
    return result += text;
}

}  // namespace commhost::message
