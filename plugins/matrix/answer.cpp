#include "answer.hpp"

#include "bounded_json.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>

namespace communication_matrix {

using core_communication::failure;
using core_communication::http_response;
using core_communication::provider_error;

namespace {

/// Empty when the body is no JSON object.
boost::json::object parsed(const http_response& answer) {
    boost::json::error_code failed;
    auto value = parse_bounded(answer.body, failed);
    return failed || !value.is_object() ? boost::json::object() : std::move(value.get_object());
}

/// Synapse's sentences end with a full stop or not; a reason has none.
std::string without_full_stop(std::string text) {
    while (text.ends_with('.')) text.pop_back();
    return text;
}

failure kind_of(int status, std::string_view errcode) {
    if (errcode == errcode::resource_limit_exceeded) return failure::unavailable;
    if (status == 409 || errcode == "M_ROOM_IN_USE" || errcode == "M_USER_IN_USE" || errcode == "M_EXCLUSIVE")
        return failure::conflict;
    if (errcode == "M_LIMIT_EXCEEDED") return failure::rate_limited;
    if (status == 401 || status == 403) return failure::unauthorised;
    // 500 is Synapse's answer to a fault in handling this one request: counted, so that it ends. Above, a proxy speaks.
    if (status > 500) return failure::unavailable;
    if (status == 404 && (errcode.empty() || errcode == errcode::unrecognized)) return failure::unavailable;
    return status < 400 ? failure::invalid : failure::rejected;
}

std::string reason_of(const http_response& answer, std::string_view doing) {
    const auto body = parsed(answer);
    const auto errcode = text_in(body, "errcode");
    const auto error = without_full_stop(text_in(body, "error"));
    std::string reason = "the server refuses to " + std::string(doing) + ": ";
    if (!error.empty()) reason += error + " ";
    reason += "(" + std::to_string(answer.status) + (errcode.empty() ? "" : " " + errcode) + ")";
    if (errcode == errcode::resource_limit_exceeded && answer.status == 403) {
        const auto contact = text_in(body, "admin_contact");
        reason += "; the server takes nobody and nothing more until its admin" +
                  (contact.empty() ? "" : " (" + contact + ")") +
                  " raises max_mau_value, or opens it again (hs_disabled), and commhost waits for that";
    }
    if (answer.status == 404 && (errcode.empty() || errcode == errcode::unrecognized))
        reason += "; it does not offer this address: is it a Synapse, and are /_matrix and /_synapse/admin let through "
                  "to it?";
    return reason;
}

/// What the answer asks to wait where the host has not obeyed it already, because it came with another status than 429.
std::optional<std::chrono::milliseconds> wait_of(const http_response& answer) {
    constexpr double longest = 24.0 * 3600 * 1000;
    const auto body = parsed(answer);
    const auto* field = body.if_contains("retry_after_ms");
    if (field == nullptr || !field->is_number()) return std::nullopt;
    const auto asked = field->to_number<double>();
    if (!std::isfinite(asked)) return std::nullopt;
    return std::chrono::milliseconds(static_cast<std::int64_t>(std::clamp(asked, 0.0, longest)));
}

provider_error error_of(failure kind, const http_response& answer, std::string_view doing) {
    const auto wait = kind == failure::rate_limited ? wait_of(answer) : std::nullopt;
    return wait ? provider_error(*wait, reason_of(answer, doing)) : provider_error(kind, reason_of(answer, doing));
}

}  // namespace

bool succeeded(const http_response& answer) { return answer.status >= 200 && answer.status < 300; }

std::string errcode_of(const http_response& answer) { return text_in(parsed(answer), "errcode"); }

bool is_not_found(const http_response& answer) {
    return answer.status == 404 && errcode_of(answer) == errcode::not_found;
}

bool is_not_offered(const http_response& answer) {
    return answer.status == 404 && errcode_of(answer) == errcode::unrecognized;
}

boost::json::object object_in(const http_response& answer) {
    boost::json::error_code failed;
    auto value = parse_bounded(answer.body, failed);
    if (failed || !value.is_object())
        throw provider_error(failure::invalid,
                             "the server's answer is no JSON object; is this the address of a homeserver?");
    return std::move(value.get_object());
}

std::string required_text(const boost::json::object& object, std::string_view field) {
    auto text = text_in(object, field);
    if (text.empty()) throw provider_error(failure::invalid, "the server's answer has no '" + std::string(field) + "'");
    return text;
}

provider_error failure_of(const http_response& answer, std::string_view doing) {
    return error_of(kind_of(answer.status, errcode_of(answer)), answer, doing);
}

provider_error refusal_of(const http_response& answer, std::string_view doing) {
    const auto kind = kind_of(answer.status, errcode_of(answer));
    return error_of(answer.status == 403 && kind == failure::unauthorised ? failure::rejected : kind, answer, doing);
}

}  // namespace communication_matrix
