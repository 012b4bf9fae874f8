#include "worker/inquiry_order.hpp"

#include "plugin/secrets.hpp"

#include <boost/json.hpp>

#include <array>
#include <cstdint>
#include <utility>

namespace commhost::worker {

namespace {

namespace json = boost::json;

json::array to_json(std::span<const inquiry_order::setting> settings) {
    json::array list;
    for (const auto& each : settings) {
        json::object object{{"name", each.name}, {"type", static_cast<int>(each.type)}};
        if (each.text) object["text"] = *each.text;
        list.push_back(std::move(object));
    }
    return list;
}

std::string text_of(const json::object& object, std::string_view name) {
    return std::string(object.at(name).as_string());
}

std::vector<inquiry_order::setting> settings_of(const json::array& list) {
    std::vector<inquiry_order::setting> settings;
    for (const auto& each : list) {
        const auto& object = each.as_object();
        auto& made = settings.emplace_back();
        made.name = text_of(object, "name");
        made.type = static_cast<plugin::setting_type>(object.at("type").to_number<int>());
        if (object.contains("text")) made.text = text_of(object, "text");
    }
    return settings;
}

}  // namespace

std::string to_json(const inquiry_order& order) {
    json::value about(nullptr);
    if (order.about)
        about =
            json::object{{"person", static_cast<std::int64_t>(order.about->person)}, {"account", order.about->account}};
    return json::serialize(json::object{{"folder", order.folder.string()},
                                        {"component", order.component},
                                        {"site", to_json(order.site)},
                                        {"room", to_json(order.room)},
                                        {"texts", json::value_from(order.texts)},
                                        {"languages", json::value_from(order.languages)},
                                        {"ca_file", order.ca_file},
                                        {"proxy", order.proxy},
                                        {"about", std::move(about)},
                                        {"repairs", json::value_from(order.repairs)}});
}

inquiry_order inquiry_order_of(std::string_view text) {
    const auto document = json::parse(text);
    const auto& object = document.as_object();
    inquiry_order order;
    order.folder = text_of(object, "folder");
    order.component = text_of(object, "component");
    order.site = settings_of(object.at("site").as_array());
    order.room = settings_of(object.at("room").as_array());
    order.texts = json::value_to<std::map<std::string, message::string_table>>(object.at("texts"));
    order.languages = json::value_to<std::vector<std::string>>(object.at("languages"));
    order.ca_file = text_of(object, "ca_file");
    order.proxy = text_of(object, "proxy");
    if (const auto& about = object.at("about"); !about.is_null())
        order.about = {core_communication::user_id{about.at("person").to_number<std::int64_t>()},
                       text_of(about.as_object(), "account")};
    order.repairs = json::value_to<std::vector<std::string>>(object.at("repairs"));
    return order;
}

std::vector<inquiry_order::setting> ordered(std::span<const plugin::effective_setting> settings,
                                            const plugin::setting_values* opened) {
    std::vector<inquiry_order::setting> list;
    for (const auto& each : settings) {
        auto& made = list.emplace_back();
        made.name = each.declared->name;
        made.type = each.declared->type;
        if (each.origin == plugin::setting_origin::unset) continue;
        made.text =
            made.type == plugin::setting_type::secret && opened != nullptr ? opened->text(made.name) : each.text;
    }
    return list;
}

plugin::setting_values values_of(std::string_view component, std::span<const inquiry_order::setting> settings) {
    // Limits, patterns and choices were kept where the order was made.
    std::vector<plugin::setting> schema;
    plugin::setting_layer layer;
    std::map<std::string, std::string, std::less<>> given;
    for (const auto& each : settings) {
        auto& declared = schema.emplace_back();
        declared.name = each.name;
        declared.type = each.type == plugin::setting_type::choice ? plugin::setting_type::text : each.type;
        if (!each.text) continue;
        const bool is_secret = each.type == plugin::setting_type::secret;
        layer.values.emplace(each.name, is_secret ? "env:" + each.name : *each.text);
        if (is_secret) given.emplace(each.name, *each.text);
    }
    const plugin::secrets secrets("", [&given](std::string_view name) -> std::optional<std::string> {
        const auto secret = given.find(name);
        return secret == given.end() ? std::nullopt : std::optional(secret->second);
    });
    return {component, plugin::effective_settings(component, schema, std::array{layer}), secrets};
}

}  // namespace commhost::worker
