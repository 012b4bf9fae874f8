#include "plugin/settings_schema.hpp"

#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "plugin/json_document.hpp"
#include "plugin/name.hpp"
#include "plugin/pattern.hpp"
#include "plugin/secrets.hpp"
#include "text/ascii.hpp"
#include "text/utf8.hpp"

#include <boost/json.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

namespace commhost::plugin {

namespace {

constexpr std::array every_type{setting_type::text,     setting_type::url,     setting_type::integer,
                                setting_type::duration, setting_type::boolean, setting_type::choice,
                                setting_type::secret,   setting_type::list};

constexpr std::size_t most_bytes = 4096;
constexpr std::size_t most_secret_bytes = 16'384;

/// In each of the two lists: far more than a page of settings can show, and few enough that their patterns are soon compiled.
constexpr std::size_t most_settings = 256;

struct duration_unit {
    char letter;
    std::int64_t seconds;
};
constexpr std::array duration_units{duration_unit{'s', 1}, duration_unit{'m', 60}, duration_unit{'h', 3600},
                                    duration_unit{'d', 86'400}};
constexpr std::int64_t longest_duration = 3650LL * 86'400;

[[noreturn]] void refuse(const setting& as, const std::string& reason) {
    throw message::error(SETTING_VALUE,
                         {{"name", as.name}, {"type", std::string(to_string(as.type))}, {"reason", reason}});
}

std::string shown(std::string_view text) {
    constexpr std::size_t most_shown = 80;
    return fmt::format("'{}'", text::printable(text, most_shown));
}

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t number = 0;
    const auto [behind, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc{} || behind != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<std::chrono::seconds> duration_of(std::string_view text) {
    if (text.empty()) return std::nullopt;
    const auto number = whole_number(text.substr(0, text.size() - 1));
    for (const auto& [letter, seconds] : duration_units)
        if (text.back() == letter && number && *number >= 0 && *number <= longest_duration / seconds)
            return std::chrono::seconds(*number * seconds);
    return std::nullopt;
}

void check_limits(const setting& as, std::int64_t measure, std::string_view unit) {
    if ((!as.lowest || measure >= *as.lowest) && (!as.highest || measure <= *as.highest)) return;
    const auto end = [](const std::optional<std::int64_t>& limit) {
        return limit ? std::to_string(*limit) : message::phrase("reason_any_limit");
    };
    refuse(as, message::phrase("reason_limits", {{"number", std::to_string(measure)},
                                                 {"unit", std::string(unit)},
                                                 {"lowest", end(as.lowest)},
                                                 {"highest", end(as.highest)}}));
}

void check_pattern(const setting& as, const std::string& text) {
    if (as.pattern.empty() || matches_pattern(as.pattern, text)) return;
    refuse(as, as.type == setting_type::secret
                   ? message::phrase("reason_secret_pattern", {{"pattern", as.pattern}})
                   : message::phrase("reason_pattern", {{"text", shown(text)}, {"pattern", as.pattern}}));
}

/// For a secret reason and limits must do without its text.
std::string checked_text(const setting& as, std::string_view text) {
    const bool secret = as.type == setting_type::secret;
    const auto most = secret ? most_secret_bytes : most_bytes;
    if (text.size() > most)
        refuse(as, message::phrase("reason_bytes",
                                   {{"number", std::to_string(text.size())}, {"most", std::to_string(most)}}));
    const auto length = text::code_points(text);
    if (!length) refuse(as, message::phrase("reason_utf8"));
    const auto is_refused = [&](char character) {
        return text::is_control(character) && !(secret && (character == '\n' || character == '\r'));
    };
    if (std::any_of(text.begin(), text.end(), is_refused)) refuse(as, message::phrase("reason_control"));
    return std::string(text);
}

std::string url_of(const setting& as, std::string_view text) {
    auto whole = checked_text(as, text);
    const auto parsed = boost::urls::parse_uri(whole);
    if (!parsed) refuse(as, message::phrase("reason_url", {{"text", shown(text)}}));
    const auto& url = *parsed;
    if (url.scheme_id() != boost::urls::scheme::http && url.scheme_id() != boost::urls::scheme::https)
        refuse(as, message::phrase("reason_url_scheme", {{"text", shown(text)}}));
    if (url.encoded_host().empty()) refuse(as, message::phrase("reason_url_host", {{"text", shown(text)}}));
    // Not shown: what stands there is likely to be a password.
    if (url.has_userinfo()) refuse(as, message::phrase("reason_url_user"));
    if (!url.has_query() && !url.has_fragment())
        while (whole.ends_with('/')) whole.pop_back();
    return whole;
}

std::vector<std::string> list_of(const setting& as, std::string_view text) {
    std::vector<std::string> elements;
    const auto add = [&](std::string_view element) {
        if (element.empty()) refuse(as, message::phrase("reason_element_empty"));
        elements.push_back(checked_text(as, element));
        check_pattern(as, elements.back());
    };
    if (text.size() > most_secret_bytes)
        refuse(as, message::phrase("reason_bytes", {{"number", std::to_string(text.size())},
                                                    {"most", std::to_string(most_secret_bytes)}}));
    if (text.starts_with('[')) {
        boost::system::error_code failed;
        const auto array = boost::json::parse(text, failed);
        if (failed || !array.is_array()) refuse(as, message::phrase("reason_array", {{"text", shown(text)}}));
        for (const auto& element : array.get_array()) {
            if (!element.is_string()) refuse(as, message::phrase("reason_array_string"));
            add(element.get_string());
        }
        return elements;
    }
    constexpr std::string_view blank = " \t";
    while (text.find_first_not_of(blank) != std::string_view::npos) {
        const auto comma = std::min(text.find(','), text.size());
        auto element = text.substr(0, comma);
        element.remove_prefix(std::min(element.find_first_not_of(blank), element.size()));
        element = element.substr(0, element.find_last_not_of(blank) + 1);
        add(element);
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return elements;
}

setting_type type_of(const json_place& at) {
    const auto text = at.text();
    for (const auto known : every_type)
        if (to_string(known) == text) return known;
    at.refuse(message::phrase(
        "reason_one_of", {{"wanted", "text, url, integer, duration, boolean, choice, secret, list"}, {"found", text}}));
}

bool is_one_of(setting_type type, std::initializer_list<setting_type> types) {
    return std::find(types.begin(), types.end(), type) != types.end();
}

std::int64_t limit_of(setting_type type, const json_place& at) {
    if (type == setting_type::duration) {
        if (const auto duration = duration_of(at.text())) return duration->count();
        at.refuse(message::phrase("reason_duration_wanted"));
    }
    const auto number = at.integer();
    if (type != setting_type::integer && number < 0) at.refuse(message::phrase("reason_length"));
    return number;
}

void read_limits(setting& into, const json_place& at) {
    if (!is_one_of(into.type, {setting_type::integer, setting_type::duration, setting_type::text, setting_type::secret,
                               setting_type::list}))
        at.refuse(message::phrase("reason_no_limits", {{"type", std::string(to_string(into.type))}}));
    at.has_only({"min", "max"});
    for (const auto& place : at.find("min")) into.lowest = limit_of(into.type, place);
    for (const auto& place : at.find("max")) into.highest = limit_of(into.type, place);
    if (into.lowest && into.highest && *into.lowest > *into.highest) at.refuse(message::phrase("reason_limits_order"));
}

void read_pattern(setting& into, const json_place& at) {
    if (!is_one_of(into.type, {setting_type::text, setting_type::secret, setting_type::list}))
        at.refuse(message::phrase("reason_no_pattern", {{"type", std::string(to_string(into.type))}}));
    into.pattern = at.text();
    if (const auto fault = pattern_fault(into.pattern))
        at.refuse(message::phrase("reason_expression", {{"fault", *fault}}));
}

void read_choices(setting& into, const json_place& at) {
    if (into.type != setting_type::choice)
        at.refuse(message::phrase("reason_no_choices", {{"type", std::string(to_string(into.type))}}));
    for (const auto& place : at.elements()) {
        place.has_only({"value", "label"});
        setting_choice choice{place.at("value").text(), place.at("label").text()};
        const auto same = [&](const setting_choice& other) { return other.value == choice.value; };
        if (std::any_of(into.choices.begin(), into.choices.end(), same))
            place.refuse(message::phrase("reason_value_twice", {{"value", choice.value}}));
        into.choices.push_back(std::move(choice));
    }
    if (into.choices.empty()) at.refuse(message::phrase("reason_choices_empty"));
}

std::string default_text(const setting& of, const json_place& at) {
    switch (of.type) {
        case setting_type::integer: return std::to_string(at.integer());
        case setting_type::boolean: return at.boolean() ? "true" : "false";
        case setting_type::list:
            for (const auto& element : at.elements()) element.text();
            return boost::json::serialize(at.value());
        case setting_type::secret: at.refuse(message::phrase("reason_secret_default"));
        default: return at.value().is_string() && at.value().get_string().empty() ? std::string() : at.text();
    }
}

void read_default(setting& into, const json_place& at) {
    const auto text = default_text(into, at);
    try {
        into.default_value = text_of(parse_setting(into, text));
    } catch (const message::error& failed) {  // becomes a message that names the place
        at.refuse(failed.text());
    }
}

setting read_setting(const json_place& at) {
    at.has_only({"name", "type", "required", "default", "limits", "pattern", "choices", "label", "help"});
    setting read;
    read.name = at.at("name").text();
    if (!is_name(read.name)) at.at("name").refuse(message::phrase("reason_setting_name"));
    read.type = type_of(at.at("type"));
    read.label = at.at("label").text();
    read.help = at.at("help").text();
    for (const auto& place : at.find("required")) read.required = place.boolean();
    for (const auto& place : at.find("limits")) read_limits(read, place);
    for (const auto& place : at.find("pattern")) read_pattern(read, place);
    for (const auto& place : at.find("choices")) read_choices(read, place);
    if (read.type == setting_type::choice && read.choices.empty())
        at.refuse(message::phrase("reason_json_missing", {{"field", "choices"}}));
    for (const auto& place : at.find("default")) {
        if (read.required) place.refuse(message::phrase("reason_required_default"));
        read_default(read, place);
    }
    return read;
}

std::vector<setting> read_settings(const json_place& at) {
    std::vector<setting> read;
    const auto places = at.elements();
    if (places.size() > most_settings)
        at.refuse(message::phrase("reason_most_settings", {{"number", std::to_string(places.size())},
                                                           {"most", std::to_string(most_settings)}}));
    for (const auto& place : places) {
        auto next = read_setting(place);
        if (find_setting(read, next.name) != nullptr)
            place.at("name").refuse(message::phrase("reason_twice", {{"name", next.name}}));
        read.push_back(std::move(next));
    }
    return read;
}

}  // namespace

std::string_view to_string(setting_type which) {
    switch (which) {
        case setting_type::text: return "text";
        case setting_type::url: return "url";
        case setting_type::integer: return "integer";
        case setting_type::duration: return "duration";
        case setting_type::boolean: return "boolean";
        case setting_type::choice: return "choice";
        case setting_type::secret: return "secret";
        case setting_type::list: return "list";
    }
    return "unknown";
}

settings_schema read_settings_schema(const std::filesystem::path& file) {
    const json_document document(file);
    const auto root = document.root();
    root.has_only({"site", "room"});
    settings_schema schema;
    for (const auto& place : root.find("site")) schema.site = read_settings(place);
    for (const auto& place : root.find("room")) schema.room = read_settings(place);
    return schema;
}

const setting* find_setting(const std::vector<setting>& settings, std::string_view name) {
    const auto found =
        std::find_if(settings.begin(), settings.end(), [&](const setting& each) { return each.name == name; });
    return found == settings.end() ? nullptr : &*found;
}

setting_content parse_setting(const setting& as, std::string_view text) {
    switch (as.type) {
        case setting_type::text:
        case setting_type::secret: {
            auto whole = checked_text(as, text);
            if (as.type == setting_type::secret && secrets::is_reference(whole)) return whole;
            check_limits(as, static_cast<std::int64_t>(*text::code_points(whole)), "characters");
            check_pattern(as, whole);
            return whole;
        }
        case setting_type::url: return url_of(as, text);
        case setting_type::integer: {
            const auto number = whole_number(text);
            if (!number) refuse(as, message::phrase("reason_whole_number", {{"text", shown(text)}}));
            check_limits(as, *number, "number");
            return *number;
        }
        case setting_type::duration: {
            const auto duration = duration_of(text);
            if (!duration) refuse(as, message::phrase("reason_duration", {{"text", shown(text)}}));
            check_limits(as, duration->count(), "seconds");
            return *duration;
        }
        case setting_type::boolean:
            if (text == "true") return true;
            if (text == "false") return false;
            refuse(as, message::phrase("reason_boolean", {{"text", shown(text)}}));
        case setting_type::choice: {
            std::vector<std::string_view> values;
            for (const auto& choice : as.choices) values.push_back(choice.value);
            if (std::find(values.begin(), values.end(), text) == values.end())
                refuse(as, message::phrase("reason_choice", {{"text", shown(text)},
                                                             {"choices", fmt::format("{}", fmt::join(values, ", "))}}));
            return std::string(text);
        }
        case setting_type::list: {
            auto elements = list_of(as, text);
            check_limits(as, static_cast<std::int64_t>(elements.size()), "elements");
            return elements;
        }
    }
    throw std::logic_error("a setting of a type that there is not");
}

std::string text_of(const setting_content& content) {
    struct {
        std::string operator()(const std::string& text) const { return text; }
        std::string operator()(std::int64_t number) const { return std::to_string(number); }
        std::string operator()(bool value) const { return value ? "true" : "false"; }
        std::string operator()(std::chrono::seconds duration) const { return std::to_string(duration.count()) + "s"; }
        std::string operator()(const std::vector<std::string>& elements) const {
            return boost::json::serialize(boost::json::array(elements.begin(), elements.end()));
        }
    } const as_text;
    return std::visit(as_text, content);
}

}  // namespace commhost::plugin
