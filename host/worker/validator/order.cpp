#include "worker/validator/order.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <utility>

namespace commhost::worker::validator {

namespace {

namespace json = boost::json;

json::object object_of(const plugin::setting_texts& texts) {
    json::object object;
    for (const auto& [name, text] : texts) object[name] = text.text;
    return object;
}

plugin::setting_texts texts_of(const json::value& object) {
    plugin::setting_texts texts;
    for (const auto& [name, text] : object.as_object()) texts.emplace(name, std::string(text.as_string()));
    return texts;
}

std::string text_of(const json::value& value) { return std::string(value.as_string()); }

json::array array_of(const std::vector<left_out>& without) {
    json::array array;
    for (const auto& each : without) array.push_back(json::array{each.method, each.world});
    return array;
}

json::array array_of(const std::vector<breach>& breaches) {
    json::array array;
    for (const auto& each : breaches) array.emplace_back(to_json(each));
    return array;
}

std::vector<left_out> left_out_of(const json::value& array) {
    std::vector<left_out> without;
    for (const auto& each : array.as_array()) without.push_back({text_of(each.at(0)), text_of(each.at(1))});
    return without;
}

}  // namespace

bool order::leaves_out(std::string_view method, std::string_view world) const {
    return std::any_of(without.begin(), without.end(), [&](const left_out& each) {
        return each.method == method && (each.world.empty() || each.world == world);
    });
}

std::string to_json(const order& of) {
    return json::serialize(json::object{{"test", of.test},
                                        {"secret", of.secret},
                                        {"folder", of.folder.string()},
                                        {"component", of.component},
                                        {"seed", of.seed},
                                        {"site", object_of(of.settings.site)},
                                        {"room", object_of(of.settings.room)},
                                        {"secrets", json::value_from(of.settings.secrets)},
                                        {"accounts", json::value_from(of.settings.accounts)},
                                        {"missing", json::value_from(of.settings.missing)},
                                        {"name_a_server", of.settings.name_a_server},
                                        {"without", array_of(of.without)},
                                        {"breaches_on_server", array_of(of.breaches_on_server)},
                                        {"rooms_left", json::value_from(of.rooms_left)},
                                        {"time", of.time.count()},
                                        {"ca_file", of.ca_file},
                                        {"proxy", of.proxy}});
}

order order_of(std::string_view text) {
    const auto document = json::parse(text);
    order read;
    read.test = text_of(document.at("test"));
    read.secret = text_of(document.at("secret"));
    read.folder = text_of(document.at("folder"));
    read.component = text_of(document.at("component"));
    read.seed = document.at("seed").to_number<std::uint64_t>();
    read.settings.site = texts_of(document.at("site"));
    read.settings.room = texts_of(document.at("room"));
    read.settings.secrets = json::value_to<std::vector<std::string>>(document.at("secrets"));
    read.settings.accounts = json::value_to<std::vector<std::string>>(document.at("accounts"));
    read.settings.missing = json::value_to<std::vector<std::string>>(document.at("missing"));
    read.settings.name_a_server = document.at("name_a_server").as_bool();
    read.without = left_out_of(document.at("without"));
    for (const auto& each : document.at("breaches_on_server").as_array())
        read.breaches_on_server.push_back(breach_of(text_of(each)));
    read.rooms_left = json::value_to<std::vector<std::string>>(document.at("rooms_left"));
    read.time = std::chrono::seconds(document.at("time").to_number<std::int64_t>());
    read.ca_file = text_of(document.at("ca_file"));
    read.proxy = text_of(document.at("proxy"));
    return read;
}

}  // namespace commhost::worker::validator
