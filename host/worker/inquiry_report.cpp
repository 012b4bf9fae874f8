#include "worker/inquiry_report.hpp"

#include "text/utf8.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace commhost::worker {

namespace {

namespace json = boost::json;
using core_communication::diagnosis;
using core_communication::diagnosis_outcome;
using core_communication::personal_record;
using core_communication::repair_offer;

constexpr std::array outcomes{std::pair(diagnosis_outcome::passed, std::string_view("passed")),
                              std::pair(diagnosis_outcome::warning, std::string_view("warning")),
                              std::pair(diagnosis_outcome::failed, std::string_view("failed")),
                              std::pair(diagnosis_outcome::skipped, std::string_view("skipped"))};

/// A plugin's words, fit for JSON and for a terminal.
std::string shown(std::string_view text) {
    constexpr std::size_t longest = 1000;
    return text::printable(text, longest);
}

std::string shown(const json::value& text) { return shown(std::string_view(text.as_string())); }

json::object to_json(const diagnosis& each) {
    std::string_view outcome = "failed";
    for (const auto& [known, name] : outcomes) {
        if (known == each.outcome) outcome = name;
    }
    return {{"id", shown(each.id)}, {"outcome", outcome}, {"found", shown(each.found)}, {"advice", shown(each.advice)}};
}

diagnosis diagnosis_of(const json::object& object) {
    diagnosis made{shown(object.at("id")), diagnosis_outcome::failed, shown(object.at("found")),
                   shown(object.at("advice"))};
    const auto& outcome = object.at("outcome").as_string();
    const auto known =
        std::find_if(outcomes.begin(), outcomes.end(), [&](const auto& each) { return each.second == outcome; });
    if (known == outcomes.end()) throw std::invalid_argument("report: unknown outcome");
    made.outcome = known->first;
    return made;
}

json::object to_json(const repair_offer& each) { return {{"id", shown(each.id)}, {"change", shown(each.change)}}; }

void require_json(const personal_record& each) {
    json::error_code failed;
    json::parse(each.content, failed);
    if (failed) throw std::invalid_argument("the record '" + each.name + "' is not in JSON");
}

json::object to_json(const personal_record& each) {
    const personal_record told{shown(each.name), each.content};
    require_json(told);
    return {{"name", told.name}, {"content", told.content}};
}

personal_record record_of(const json::object& object) {
    personal_record made{shown(object.at("name")), std::string(object.at("content").as_string())};
    require_json(made);
    return made;
}

}  // namespace

std::string to_json(const inquiry_report& report) {
    if (!report.error.empty()) return json::serialize(json::object{{"error", shown(report.error)}});
    json::array found;
    for (const auto& each : report.found) found.push_back(to_json(each));
    json::array offers;
    for (const auto& each : report.offers) offers.push_back(to_json(each));
    json::array records;
    for (const auto& each : report.records) records.push_back(to_json(each));
    return json::serialize(
        json::object{{"found", std::move(found)}, {"offers", std::move(offers)}, {"records", std::move(records)}});
}

inquiry_report inquiry_report_of(std::string_view text) {
    json::error_code failed;
    const auto document = json::parse(text, failed);
    if (failed || !document.is_object()) throw std::invalid_argument("report: no JSON object");
    try {
        const auto& object = document.get_object();
        inquiry_report report;
        if (const auto* error = object.if_contains("error")) {
            report.error = shown(*error);
            if (report.error.empty()) throw std::invalid_argument("report: an error that says nothing");
            return report;
        }
        for (const auto& each : object.at("found").as_array()) report.found.push_back(diagnosis_of(each.as_object()));
        for (const auto& each : object.at("offers").as_array())
            report.offers.push_back({shown(each.at("id")), shown(each.at("change"))});
        for (const auto& each : object.at("records").as_array()) report.records.push_back(record_of(each.as_object()));
        return report;
    } catch (const std::logic_error& wrong_shape) {  // whatever at() and as_...() throw
        throw std::invalid_argument(wrong_shape.what());
    } catch (const std::runtime_error& wrong_shape) {
        throw std::invalid_argument(wrong_shape.what());
    }
}

}  // namespace commhost::worker
