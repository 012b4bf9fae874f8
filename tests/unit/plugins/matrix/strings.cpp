// The plugins' strings against what their code, manifests and settings ask for.

#include <boost/json/parse.hpp>
#include <doctest/doctest.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

boost::json::object read(const std::string& path) {
    std::ifstream file(std::string(COMMHOST_PLUGINS) + "/" + path);
    REQUIRE_MESSAGE(file, path);
    std::ostringstream text;
    text << file.rdbuf();
    return boost::json::parse(text.str()).as_object();
}

std::set<std::string> keys_asked_for(const std::string& name) {
    std::set<std::string> keys{"pluginname"};
    const auto manifest = read(name + "/version.json");
    keys.emplace(manifest.at("description").as_string());
    for (const auto& each : manifest.at("external_data").as_array()) {
        keys.emplace(each.at("destination").as_string());
        for (const auto& [field, why] : each.at("fields").as_object()) keys.emplace(why.as_string());
    }
    const auto settings = read(name + "/settings.json");
    for (const auto* part : {"site", "room"})
        for (const auto& each : settings.at(part).as_array()) {
            keys.emplace(each.at("label").as_string());
            keys.emplace(each.at("help").as_string());
            if (const auto* choices = each.as_object().if_contains("choices"))
                for (const auto& choice : choices->as_array()) keys.emplace(choice.at("label").as_string());
        }
    return keys;
}

std::set<std::string> keys_there(const std::string& name) {
    std::set<std::string> keys;
    for (const auto& [key, text] : read(name + "/lang/en/communication_" + name + ".json")) keys.emplace(key);
    return keys;
}

}  // namespace

TEST_CASE("each string that is asked for is there, and no other") {
    CHECK(keys_there("customlink") == keys_asked_for("customlink"));

    auto matrix = keys_asked_for("matrix");
    matrix.insert("diagnosis_skipped");
    matrix.insert("diagnosis_clock_skipped");
    for (const std::string id : {"encryption", "media", "room_power", "federation", "space", "split_accounts"})
        matrix.insert("diagnosis_" + id + "_skipped");
    matrix.insert({"repair_rate_limit", "repair_unknown", "diagnosis_federation_passed"});
    for (const std::string id :
         {"address", "versions", "clock", "token", "server_name", "admin_rights", "rate_limit", "room_version",
          "encryption", "media", "room_power", "space", "accounts", "split_accounts"})
        for (const std::string part : {"_passed", "_failed", "_advice"}) matrix.insert("diagnosis_" + id + part);
    CHECK(keys_there("matrix") == matrix);
}
