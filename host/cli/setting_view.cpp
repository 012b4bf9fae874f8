#include "cli/setting_view.hpp"

#include "message/catalogue.hpp"
#include "text/utf8.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace commhost::cli {

namespace {

namespace json = boost::json;
using plugin::setting_type;

bool lacks_value(const plugin::effective_setting& of) { return of.origin == plugin::setting_origin::unset; }

/// What the limits of this type count; a word for the catalogue.
std::string_view unit_of(setting_type type) {
    switch (type) {
        case setting_type::duration: return "seconds";
        case setting_type::list: return "elements";
        case setting_type::text:
        case setting_type::secret: return "characters";
        default: return "number";
    }
}

std::string limits_of(const plugin::setting& of) {
    const auto end = [](const std::optional<std::int64_t>& limit) { return limit ? std::to_string(*limit) : "any"; };
    return message::phrase("setting_limits", {{"lowest", end(of.lowest)},
                                              {"highest", end(of.highest)},
                                              {"both", of.lowest && of.highest ? "yes" : "no"},
                                              {"unit", std::string(unit_of(of.type))}});
}

json::value or_null(const std::optional<std::int64_t>& number) {
    return number ? json::value(*number) : json::value(nullptr);
}

}  // namespace

setting_view::setting_view(const worker::host& host, const plugin::plugin_entry& of)
    : strings_(plugin::with_overrides(of.strings, host.settings().lang_folder, of.component),
               message::catalogue::current().languages()) {}

std::string setting_view::text(const std::string& key) const {
    return text::printable(strings_.get(key), std::string::npos);
}

std::string setting_view::value(const plugin::effective_setting& of) {
    if (lacks_value(of) && of.declared->required) return message::phrase("setting_required_not_set");
    if (!lacks_value(of) && of.declared->type == setting_type::secret) return message::phrase("setting_secret_set");
    return of.shown();
}

void setting_view::print(const output& to, const plugin::effective_setting& of) const {
    const auto& declared = *of.declared;
    std::vector<std::pair<std::string, std::string>> fields{
        {"field_setting", declared.name},
        {"field_meaning", label(declared)},
        {"field_type", message::word_of("setting_type", to_string(declared.type))},
        {"field_value", value(of)},
        {"field_from", message::word_of("setting_origin", to_string(of.origin))},
        {"field_need", message::word_of("plugin_need", declared.required ? "required" : "optional")}};
    if (declared.default_value) fields.emplace_back("field_default", *declared.default_value);
    if (declared.lowest || declared.highest) fields.emplace_back("field_limits", limits_of(declared));
    if (!declared.pattern.empty()) fields.emplace_back("field_pattern", declared.pattern);
    std::string choices;
    for (const auto& choice : declared.choices)
        choices += (choices.empty() ? "" : ", ") + choice.value + " (" + text(choice.label) + ")";
    if (!choices.empty()) fields.emplace_back("field_choices", choices);
    fields.emplace_back("field_help", text(declared.help));
    to.fields(fields);
}

json::object setting_view::to_json(const plugin::effective_setting& of) const {
    const auto& declared = *of.declared;
    json::array choices;
    for (const auto& choice : declared.choices)
        choices.push_back(json::object{{"value", choice.value}, {"label", text(choice.label)}});
    return {{"name", declared.name},
            {"type", std::string(to_string(declared.type))},
            {"required", declared.required},
            {"value", lacks_value(of) ? json::value(nullptr) : json::value(of.shown())},
            {"origin", std::string(to_string(of.origin))},
            {"label", label(declared)},
            {"help", text(declared.help)},
            {"default", declared.default_value ? json::value(*declared.default_value) : json::value(nullptr)},
            {"limits", json::object{{"min", or_null(declared.lowest)}, {"max", or_null(declared.highest)}}},
            {"pattern", declared.pattern.empty() ? json::value(nullptr) : json::value(declared.pattern)},
            {"choices", std::move(choices)}};
}

}  // namespace commhost::cli
