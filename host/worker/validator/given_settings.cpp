#include "worker/validator/given_settings.hpp"

#include "message/error.hpp"
#include "plugin/json_document.hpp"
#include "plugin/secrets.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace commhost::worker::validator {

namespace {

using plugin::setting;
using plugin::setting_type;

std::int64_t number_within(const setting& of) {
    auto number = std::max<std::int64_t>(of.lowest.value_or(1), 1);
    if (of.lowest && *of.lowest < 1) number = std::min<std::int64_t>(1, of.highest.value_or(1));
    return of.highest ? std::min(number, *of.highest) : number;
}

std::string list_of(const setting& of, const std::string& element) {
    boost::json::array list;
    for (std::int64_t count = number_within(of); count > 0; --count) list.emplace_back(element);
    return boost::json::serialize(list);
}

/// What may fit, the best first. A pattern is not read, it is tried.
std::vector<std::string> candidates(const setting& of) {
    switch (of.type) {
        case setting_type::url: return {"https://chat.validate.test", "http://chat.validate.test"};
        case setting_type::integer: return {std::to_string(number_within(of))};
        case setting_type::duration: return {std::to_string(number_within(of)) + "s"};
        case setting_type::boolean: return {"true"};
        case setting_type::choice: return {of.choices.front().value};
        case setting_type::text:
        case setting_type::secret:
        case setting_type::list: break;
    }
    std::vector<std::string> texts;
    if (of.type == setting_type::secret) texts.push_back("commhost-secret-" + of.name);
    for (const auto* each :
         {"validate", "validate.test", "Validate", "validate@validate.test", "https://chat.validate.test", "validate1",
          "VALIDATE", "abcdef0123456789", "1234", "#validate", "@validate:validate.test"})
        texts.emplace_back(each);
    if (of.lowest || of.highest) {
        constexpr std::int64_t longest = 1000;
        const auto least = static_cast<std::size_t>(std::clamp<std::int64_t>(of.lowest.value_or(0), 0, longest));
        const auto most = static_cast<std::size_t>(std::clamp<std::int64_t>(of.highest.value_or(longest), 1, longest));
        for (auto& each : texts) {
            if (of.type == setting_type::list) break;  // its limits are the number of elements
            while (each.size() < least) each += each;
            each.resize(std::min(std::max(least, each.size()), most));
        }
    }
    if (of.type == setting_type::list)
        for (auto& each : texts) each = list_of(of, each);
    return texts;
}

std::optional<std::string> fitting_text(const setting& of) {
    for (auto& each : candidates(of)) {
        try {
            plugin::parse_setting(of, each);
            return std::move(each);
        } catch (const message::error&) {  // then the next
        }
    }
    return std::nullopt;
}

plugin::setting_texts made_up(const std::vector<setting>& schema, std::string_view list,
                              std::vector<std::string>& missing) {
    plugin::setting_texts texts;
    for (const auto& each : schema) {
        if (!each.required && each.type != setting_type::secret) continue;
        if (auto text = fitting_text(each))
            texts.emplace(each.name, std::move(*text));
        else if (each.required)
            missing.push_back(fmt::format("{}/{}", list, each.name));
    }
    return texts;
}

plugin::setting_texts opened(std::string_view component, const std::vector<setting>& schema,
                             const plugin::setting_texts& texts) {
    const std::array layers{plugin::setting_layer{plugin::setting_origin::configuration, texts}};
    const auto effective = plugin::effective_settings(component, schema, layers);
    const plugin::secrets secrets("");
    const plugin::setting_values values(component, effective, secrets);  // says what is missing
    auto plain = texts;
    for (auto& [name, text] : plain)
        if (plugin::find_setting(schema, name)->type == setting_type::secret) text = values.text(name);
    return plain;
}

}  // namespace

given_settings made_up_settings(const plugin::settings_schema& schema) {
    given_settings made;
    made.site = made_up(schema.site, "site", made.missing);
    made.room = made_up(schema.room, "room", made.missing);
    return made;
}

given_settings read_given_settings(const std::filesystem::path& file, std::string_view component,
                                   const plugin::settings_schema& schema) {
    const plugin::json_document document(file, text::json_comments::allowed);
    const auto root = document.root();
    root.has_only({"site", "room", "accounts"});
    given_settings read;
    read.name_a_server = true;
    for (const auto& place : root.find("site")) read.site = plugin::texts_of(place);
    for (const auto& place : root.find("room")) read.room = plugin::texts_of(place);
    for (const auto& place : root.find("accounts"))
        for (const auto& each : place.elements()) read.accounts.push_back(each.text());
    read.site = opened(component, schema.site, read.site);
    read.room = opened(component, schema.room, read.room);
    return read;
}

plugin::setting_values values_of(std::string_view component, const std::vector<plugin::setting>& schema,
                                 const plugin::setting_texts& texts) {
    // A secret that looks like a reference is one no more: it goes through a reference of our own.
    plugin::setting_layer layer{plugin::setting_origin::configuration, texts};
    for (auto& [name, text] : layer.values) {
        const auto* declared = plugin::find_setting(schema, name);
        if (declared != nullptr && declared->type == setting_type::secret) text = "env:" + name;
    }
    const plugin::secrets secrets("", [&texts](std::string_view name) -> std::optional<std::string> {
        const auto found = texts.find(name);
        return found == texts.end() ? std::nullopt : std::optional(found->second.text);
    });
    const std::array layers{std::move(layer)};
    return {component, plugin::effective_settings(component, schema, layers), secrets};
}

}  // namespace commhost::worker::validator
