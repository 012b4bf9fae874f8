#include "plugin/setting_values.hpp"

#include "message/error.hpp"
#include "plugin/codes.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <stdexcept>

namespace commhost::plugin {

namespace {

/// What a setting is for a plugin when nobody set it and it has no default.
setting_content nothing(setting_type type) {
    switch (type) {
        case setting_type::integer: return std::int64_t{0};
        case setting_type::duration: return std::chrono::seconds(0);
        case setting_type::boolean: return false;
        case setting_type::list: return std::vector<std::string>();
        case setting_type::text:
        case setting_type::url:
        case setting_type::choice:
        case setting_type::secret: break;
    }
    return std::string();
}

/// Of a kind of settings, a word of the kind "json".
std::string_view json_word(setting_type type) {
    switch (type) {
        case setting_type::integer: return "integer";
        case setting_type::boolean: return "boolean";
        case setting_type::list: return "array";
        default: return "string";
    }
}

setting_text text_at(const json_place& place) {
    const auto& value = place.value();
    if (value.is_string()) return std::string(value.get_string());
    const auto fits = value.is_int64()   ? setting_type::integer
                      : value.is_bool()  ? setting_type::boolean
                      : value.is_array() ? setting_type::list
                                         : setting_type::text;
    if (fits == setting_type::text) place.refuse_kind("string");
    setting_text text(boost::json::serialize(value));
    text.source = setting_text::json_source{fits, place.file().string(), place.pointer()};
    return text;
}

/// A number is no secret that somebody forgot to quote.
void check_source(const setting& declared, const setting_text& given) {
    if (!given.source || given.source->fits == declared.type) return;
    throw message::error(
        JSON_CONTENT,
        {{"file", given.source->file},
         {"pointer", given.source->pointer},
         {"reason",
          message::phrase("reason_json_kind", {{"wanted", message::word_of("json", json_word(declared.type))},
                                               {"found", message::word_of("json", json_word(given.source->fits))}})}});
}

}  // namespace

setting_texts texts_of(const json_place& object) {
    setting_texts texts;
    for (const auto& [name, place] : object.members()) texts.emplace(name, text_at(place));
    return texts;
}

setting_texts texts_of(const json_place& object, const std::vector<setting>& declared) {
    setting_texts texts;
    for (const auto& [name, place] : object.members())
        if (find_setting(declared, name) != nullptr) texts.emplace(name, text_at(place));
    return texts;
}

std::string_view to_string(setting_origin which) {
    switch (which) {
        case setting_origin::unset: return "unset";
        case setting_origin::default_value: return "default";
        case setting_origin::stored: return "stored";
        case setting_origin::configuration: return "configuration";
        case setting_origin::environment: return "environment";
    }
    return "unknown";
}

std::string effective_setting::shown() const {
    return declared->type == setting_type::secret && origin != setting_origin::unset ? "(set)" : text;
}

std::vector<effective_setting> effective_settings(std::string_view component, const std::vector<setting>& schema,
                                                  std::span<const setting_layer> layers) {
    std::vector<effective_setting> settings;
    for (const auto& declared : schema) {
        effective_setting effective{&declared, setting_origin::unset, ""};
        if (declared.default_value) effective = {&declared, setting_origin::default_value, *declared.default_value};
        for (const auto& layer : layers) {
            const auto found = layer.values.find(declared.name);
            if (found == layer.values.end()) continue;
            check_source(declared, found->second);
            const auto content = parse_setting(declared, found->second.text);
            effective = {&declared, layer.origin, text_of(content)};
        }
        settings.push_back(std::move(effective));
    }
    for (const auto& layer : layers) {
        if (layer.origin == setting_origin::stored) continue;
        for (const auto& [name, text] : layer.values)
            if (find_setting(schema, name) == nullptr) refuse_unknown(component, schema, name);
    }
    return settings;
}

void refuse_unknown(std::string_view component, const std::vector<setting>& schema, std::string_view name) {
    std::vector<std::string_view> known;
    for (const auto& declared : schema) known.push_back(declared.name);
    throw message::error(SETTING_UNKNOWN,
                         {{"component", std::string(component)},
                          {"name", std::string(name)},
                          {"known", known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", "))}});
}

std::vector<std::string> missing_settings(std::span<const effective_setting> settings) {
    std::vector<std::string> names;
    for (const auto& setting : settings)
        if (setting.declared->required && setting.text.empty()) names.push_back(setting.declared->name);
    return names;
}

std::string purpose_of(std::string_view component, std::string_view name) {
    return fmt::format("{}/{}", component, name);
}

setting_values::setting_values(std::string_view component, std::span<const effective_setting> settings,
                               const secrets& opened_with) {
    if (const auto missing = missing_settings(settings); !missing.empty())
        throw message::error(SETTING_MISSING, {{"component", std::string(component)},
                                               {"names", fmt::format("{}", fmt::join(missing, ", "))}});
    for (const auto& [declared, origin, text] : settings) {
        auto content = nothing(declared->type);
        if (origin != setting_origin::unset) {
            content = parse_setting(*declared, declared->type == setting_type::secret
                                                   ? opened_with.open(purpose_of(component, declared->name), text)
                                                   : text);
        }
        values_.emplace(declared->name, named{declared->type, std::move(content)});
    }
}

template <class Content>
const Content& setting_values::of(std::string_view name, std::string_view function) const {
    const auto found = values_.find(name);
    if (found == values_.end()) throw std::logic_error(fmt::format("settings.json declares no setting '{}'", name));
    const auto* content = std::get_if<Content>(&found->second.content);
    if (content == nullptr)
        throw std::logic_error(fmt::format("the setting '{}' is of type {}; {}() is not for that", name,
                                           to_string(found->second.type), function));
    return *content;
}

std::string setting_values::text(std::string_view name) const { return of<std::string>(name, "text"); }
std::int64_t setting_values::integer(std::string_view name) const { return of<std::int64_t>(name, "integer"); }
bool setting_values::boolean(std::string_view name) const { return of<bool>(name, "boolean"); }
std::chrono::seconds setting_values::duration(std::string_view name) const {
    return of<std::chrono::seconds>(name, "duration");
}
std::vector<std::string> setting_values::list(std::string_view name) const {
    return of<std::vector<std::string>>(name, "list");
}

std::vector<std::string> setting_values::texts_of(setting_type type) const {
    std::vector<std::string> texts;
    for (const auto& [name, value] : values_) {
        if (value.type != type) continue;
        if (const auto& text = std::get<std::string>(value.content); !text.empty()) texts.push_back(text);
    }
    return texts;
}

std::vector<std::string> setting_values::urls() const { return texts_of(setting_type::url); }
std::vector<std::string> setting_values::secret_texts() const { return texts_of(setting_type::secret); }

}  // namespace commhost::plugin
