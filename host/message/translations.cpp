#include "message/translations.hpp"

#include <boost/json.hpp>

#include <stdexcept>
#include <utility>

namespace commhost::message {

namespace {

void add_texts(const boost::json::object& from, const std::string& prefix, string_table& into) {
    for (const auto& [name, value] : from) {
        const auto key = prefix + std::string(name);
        if (value.is_string()) {
            into.emplace(key, value.get_string());
        } else if (value.is_object() && prefix.empty()) {
            add_texts(value.get_object(), key + "/", into);
        } else {
            throw std::invalid_argument("'" + key + "' is no text");
        }
    }
}

}  // namespace

string_table table_of(const boost::json::value& document) {
    if (!document.is_object()) throw std::invalid_argument("it is no object");
    string_table table;
    add_texts(document.get_object(), "", table);
    return table;
}

void translations::put(std::string_view language, const string_table& texts) {
    auto& into = languages_.try_emplace(std::string(language), language).first->second.texts;
    for (const auto& [key, text] : texts) into.insert_or_assign(key, text);
}

std::vector<std::string> translations::languages() const {
    std::vector<std::string> names;
    for (const auto& [name, content] : languages_) names.push_back(name);
    return names;
}

const string_table* translations::table(std::string_view language) const {
    const auto found = languages_.find(language);
    return found == languages_.end() ? nullptr : &found->second.texts;
}

const std::string* translations::find(std::span<const std::string> languages, std::string_view key) const {
    for (const auto& language : languages) {
        const auto* texts = table(language);
        if (texts == nullptr) continue;
        if (const auto found = texts->find(key); found != texts->end()) return &found->second;
    }
    return nullptr;
}

std::optional<std::string> translations::text(std::span<const std::string> languages, std::string_view key,
                                              const arguments& values) const {
    for (const auto& language : languages) {
        const auto known = languages_.find(language);
        if (known == languages_.end()) continue;
        if (const auto found = known->second.texts.find(key); found != known->second.texts.end())
            return format(found->second, values, known->second.rules);
    }
    return std::nullopt;
}

}  // namespace commhost::message
