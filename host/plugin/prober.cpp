#include "plugin/prober.hpp"

#include <boost/json.hpp>

#include <stdexcept>

namespace commhost::plugin {

namespace {

message::code code_of(std::string_view id) {
    const auto known = message::catalogue::find_code(id);
    if (!known) throw std::invalid_argument("probe report: unknown code");
    return *known;
}

boost::json::object json_of(const problem& from) {
    boost::json::array arguments;
    for (const auto& [name, value] : from.arguments) arguments.push_back(boost::json::array{name, value});
    return {{"code", from.code.id()}, {"arguments", std::move(arguments)}};
}

problem problem_of(const boost::json::object& json) {
    message::arguments arguments;
    for (const auto& pair : json.at("arguments").as_array())
        arguments.emplace_back(pair.as_array().at(0).as_string(), pair.as_array().at(1).as_string());
    return {code_of(json.at("code").as_string()), std::move(arguments)};
}

}  // namespace

std::string to_json(const probe_report& report) {
    boost::json::array capabilities;
    for (const auto which : report.capabilities) capabilities.emplace_back(to_string(which));
    boost::json::object json{{"capabilities", std::move(capabilities)}, {"output", report.output}};
    if (report.refusal) json["refusal"] = json_of(*report.refusal);
    return boost::json::serialize(json);
}

probe_report probe_report_of(std::string_view text) {
    boost::system::error_code failed;
    const auto json = boost::json::parse(text, failed);
    if (failed || !json.is_object()) throw std::invalid_argument("probe report: no JSON object");
    try {
        probe_report report;
        for (const auto& name : json.get_object().at("capabilities").as_array()) {
            const auto which = capability_of(name.as_string());
            if (!which) throw std::invalid_argument("probe report: unknown capability");
            report.capabilities.push_back(*which);
        }
        report.output = json.get_object().at("output").as_string();
        if (const auto* refusal = json.get_object().if_contains("refusal"))
            report.refusal = problem_of(refusal->as_object());
        return report;
    } catch (const std::logic_error& wrong_shape) {  // whatever at() and as_...() throw
        throw std::invalid_argument(wrong_shape.what());
    } catch (const std::runtime_error& wrong_shape) {
        throw std::invalid_argument(wrong_shape.what());
    }
}

}  // namespace commhost::plugin
