#include "chat.hpp"

#include <algorithm>

namespace communication_yourchat {

using core_communication::failure;
using core_communication::http_method;
using core_communication::http_outcome;
using core_communication::http_request;
using core_communication::http_response;
using core_communication::provider_error;

namespace {

answer read(const http_response& response) {
    answer found{response.status, {}};
    if (response.body.empty()) return found;
    boost::json::error_code wrong;
    auto document = boost::json::parse(response.body, wrong);
    if (wrong || !document.is_object())
        throw provider_error(failure::invalid, "what answers at the server's address is no JSON object");
    found.body = std::move(document.get_object());
    return found;
}

}  // namespace

chat::chat(core_communication::processor& room)
    : http_(room.http()), address_(room.site_settings().text("address")), token_(room.site_settings().text("token")) {}

answer chat::send(http_method method, const std::string& path, const boost::json::object& body,
                  const std::string& touches_room) {
    return read(http_.send(request(method, path, body, touches_room)));
}

http_request chat::request(http_method method, const std::string& path, const boost::json::object& body,
                           const std::string& touches_room) const {
    http_request made;
    made.method = method;
    made.url = address_ + "/api" + path;
    made.headers = {{"authorization", "Bearer " + token_}};
    if (!body.empty()) made.body = boost::json::serialize(body);
    made.touches_room = touches_room;
    return made;
}

answer chat::outcome(const http_outcome& of) {
    if (of.error) throw *of.error;
    return read(*of.response);
}

std::string chat::room_url(std::string_view room_id) const {
    return address_ + "/rooms/" + core_communication::percent_encode(room_id);
}

bool succeeded(const answer& from) { return from.status >= 200 && from.status < 300; }

provider_error failure_of(const answer& from, std::string_view doing) {
    const auto kind = [&] {
        switch (from.status) {
            case 401:
            case 403: return failure::unauthorised;
            case 409: return failure::conflict;
            case 400:
            case 404:
            case 422: return failure::rejected;
            default: return failure::invalid;
        }
    }();
    std::string reason = "the server does not " + std::string(doing) + ": status " + std::to_string(from.status);
    if (const auto* said = from.body.if_contains("error"); said != nullptr && said->is_string())
        reason += ", " + std::string(said->get_string());
    return {kind, reason};
}

std::string text_in(const boost::json::object& object, std::string_view name) {
    const auto* found = object.if_contains(name);
    if (found == nullptr || !found->is_string())
        throw provider_error(failure::invalid, "an answer of the server lacks the text '" + std::string(name) + "'");
    return std::string(found->get_string());
}

boost::json::array list_in(const boost::json::object& object, std::string_view name) {
    const auto* found = object.if_contains(name);
    const auto is_object = [](const boost::json::value& each) { return each.is_object(); };
    if (found == nullptr || !found->is_array() ||
        !std::all_of(found->get_array().begin(), found->get_array().end(), is_object))
        throw provider_error(failure::invalid, "an answer of the server lacks the list '" + std::string(name) + "'");
    return found->get_array();
}

}  // namespace communication_yourchat
