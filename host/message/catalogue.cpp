#include "message/catalogue.hpp"

#include "message/built_in_languages.hpp"
#include "text/utf8.hpp"

#include <boost/json.hpp>

#include <array>
#include <limits>
#include <optional>
#include <set>
#include <utility>

namespace commhost::message {

namespace {

constexpr std::array<std::string_view, 3> parts_of_text{"found", "wanted", "done"};

std::string key_of(code which, std::string_view part) {
    std::string key(which.id());
    key += '/';
    key += part;
    return key;
}

/// Values come from files, servers and plugins; a sentence goes to terminals, logs and JSON documents.
arguments shown(arguments values) {
    for (auto& [name, value] : values) value = text::printable(value, std::numeric_limits<std::size_t>::max());
    return values;
}

/// Of the English texts, so that a code may name itself by a view.
const std::set<std::string, std::less<>>& known_codes() {
    static const auto known = [] {
        std::set<std::string, std::less<>> ids;
        const auto texts = catalogue::built_in_texts();
        for (const auto& [key, text] : *texts->table("en")) {
            if (const auto slash = key.find('/'); slash != std::string::npos) ids.insert(key.substr(0, slash));
        }
        return ids;
    }();
    return known;
}

/// None until somebody says: to read the texts that are built in takes its time, and most programs want others.
std::optional<catalogue>& spoken() {
    static std::optional<catalogue> spoken;
    return spoken;
}

}  // namespace

catalogue::catalogue(std::shared_ptr<const translations> texts, std::vector<std::string> languages)
    : texts_(std::move(texts)), languages_(std::move(languages)) {}

std::shared_ptr<const translations> catalogue::built_in_texts() {
    static const std::shared_ptr<const translations> texts = [] {
        auto made = std::make_shared<translations>();
        for (const auto& each : built_in_languages()) made->put(each.language, table_of(boost::json::parse(each.json)));
        return made;
    }();
    return texts;
}

const catalogue& catalogue::built_in() {
    static const catalogue english(built_in_texts(), {"en"});
    return english;
}

const catalogue& catalogue::current() {
    const auto& chosen = spoken();
    return chosen ? *chosen : built_in();
}

void catalogue::use(catalogue to_speak) { spoken() = std::move(to_speak); }

std::optional<code> catalogue::find_code(std::string_view id) {
    const auto found = known_codes().find(id);
    return found == known_codes().end() ? std::nullopt : std::optional(code(*found));
}

std::vector<code> catalogue::codes() {
    std::vector<code> all;
    for (const auto& id : known_codes()) all.emplace_back(id);
    return all;
}

std::string catalogue::text(code which, const arguments& values) const {
    const auto printable = shown(values);
    std::string text;
    for (const auto part : parts_of_text) {
        const auto found = texts_->text(languages_, key_of(which, part), printable);
        if (!found || found->empty()) continue;
        if (!text.empty()) text += ' ';
        text += *found;
    }
    if (!text.empty()) return text;
    text = which.id();
    for (const auto& [name, value] : printable) text.append(" ").append(name).append("=").append(value);
    return text;
}

std::string catalogue::advice(code which, const arguments& values) const { return part(which, "advice", values); }

std::string catalogue::part(code which, std::string_view name, const arguments& values) const {
    return texts_->text(languages_, key_of(which, name), shown(values)).value_or("");
}

std::string catalogue::phrase(std::string_view key, const arguments& values) const {
    return texts_->text(languages_, key, shown(values)).value_or(std::string(key));
}

std::optional<std::string> catalogue::find_phrase(std::string_view key, const arguments& values) const {
    return texts_->text(languages_, key, shown(values));
}

std::string phrase(std::string_view key, const arguments& values) { return catalogue::current().phrase(key, values); }

std::string word_of(std::string_view kind, std::string_view word) {
    std::string key(kind);
    key += '_';
    for (const char each : word) {
        const bool plain = (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z') || (each >= '0' && each <= '9');
        key += plain ? each : '_';
    }
    return catalogue::current().find_phrase(key).value_or(std::string(word));
}

}  // namespace commhost::message
