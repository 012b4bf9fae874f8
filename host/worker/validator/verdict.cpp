#include "worker/validator/verdict.hpp"

#include "message/catalogue.hpp"
#include "text/utf8.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace commhost::worker::validator {

namespace {

namespace json = boost::json;

/// In code points, of one value of a detail.
constexpr std::size_t longest_value = 500;

std::string shown(std::string_view text) { return text::printable(text, longest_value); }

/// The order in which outcomes get worse.
int weight(outcome which) {
    switch (which) {
        case outcome::success: return 0;
        case outcome::skipped: return 1;
        case outcome::warning: return 2;
        case outcome::failed: return 3;
        case outcome::crashed: return 4;
    }
    return 0;
}

outcome outcome_of(std::string_view name) {
    for (const auto which : every_outcome)
        if (to_string(which) == name) return which;
    throw std::invalid_argument("verdict: unknown outcome");
}

}  // namespace

std::string_view to_string(outcome which) {
    switch (which) {
        case outcome::success: return "success";
        case outcome::warning: return "warning";
        case outcome::skipped: return "skipped";
        case outcome::failed: return "failed";
        case outcome::crashed: return "crashed";
    }
    return "unknown";
}

std::string detail::text() const { return message::phrase(phrase, values); }

void verdict::become(outcome at_least) {
    if (weight(at_least) > weight(what_)) what_ = at_least;
}

void verdict::remark(std::string_view phrase, message::arguments values) {
    detail made{std::string(phrase), std::move(values)};
    for (auto& [name, value] : made.values) value = shown(blank_(std::move(value)));
    const bool known = std::find(details_.begin(), details_.end(), made) != details_.end();
    if (!known && details_.size() < most_details) details_.push_back(std::move(made));
}

void verdict::take_over(const verdict& other) {
    become(other.what());
    for (const auto& each : other.details()) remark(each.phrase, each.values);
}

void verdict::skip(std::string_view phrase, message::arguments values) {
    become(outcome::skipped);
    remark(phrase, std::move(values));
}

void verdict::warn(std::string_view phrase, message::arguments values) {
    become(outcome::warning);
    remark(phrase, std::move(values));
}

void verdict::fail(std::string_view phrase, message::arguments values) {
    become(outcome::failed);
    remark(phrase, std::move(values));
}

void verdict::crash(std::string_view phrase, message::arguments values) {
    become(outcome::crashed);
    remark(phrase, std::move(values));
}

std::string to_json(const verdict& of) {
    json::array details;
    for (const auto& each : of.details()) {
        json::array values;
        for (const auto& [name, value] : each.values) values.push_back(json::array{name, value});
        details.push_back(json::object{{"phrase", each.phrase}, {"values", std::move(values)}});
    }
    return json::serialize(json::object{{"outcome", to_string(of.what())}, {"details", std::move(details)}});
}

verdict verdict_of(std::string_view text) {
    json::error_code failed;
    const auto document = json::parse(text, failed);
    if (failed || !document.is_object()) throw std::invalid_argument("verdict: no JSON object");
    try {
        verdict made;
        const auto what = outcome_of(document.at("outcome").as_string());
        for (const auto& each : document.at("details").as_array()) {
            message::arguments values;
            for (const auto& pair : each.at("values").as_array())
                values.emplace_back(pair.at(0).as_string(), pair.at(1).as_string());
            made.remark(shown(each.at("phrase").as_string()), std::move(values));
        }
        made.become(what);
        return made;
    } catch (const std::logic_error& wrong_shape) {  // whatever at() and as_...() throw
        throw std::invalid_argument(wrong_shape.what());
    } catch (const std::runtime_error& wrong_shape) {
        throw std::invalid_argument(wrong_shape.what());
    }
}

}  // namespace commhost::worker::validator
