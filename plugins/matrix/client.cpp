#include "client.hpp"

#include "answer.hpp"
#include "array_reader.hpp"
#include "batch.hpp"
#include "bounded_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <utility>

namespace communication_matrix {

using core_communication::failure;
using core_communication::http_method;
using core_communication::http_request;
using core_communication::http_response;
using core_communication::percent_encode;
using core_communication::provider_error;

namespace {

constexpr std::string_view client_api = "/_matrix/client/v3";

/// Of one object: an event has at most 64 KiB (client-server API, "Size limits"), an account a few.
constexpr std::size_t longest_object = 1U << 20U;

std::string room_path(std::string_view room) { return std::string(client_api) + "/rooms/" + percent_encode(room); }

std::string admin_path(std::string_view version, std::string_view kind, std::string_view id) {
    return "/_synapse/admin/" + std::string(version) + "/" + std::string(kind) + "/" + percent_encode(id);
}

std::string alias_path(std::string_view alias) {
    return std::string(client_api) + "/directory/room/" + percent_encode(alias);
}

/// Why a call did not succeed. What is refused to one about a room (touches_room) is refused by the room, and not to our
/// account as a whole: conflict.
provider_error error_of(const http_request& asked, const http_response& answer, std::string_view doing) {
    if (asked.touches_room.empty() || refuses_us(answer)) return failure_of(answer, doing);
    const auto refusal = refusal_of(answer, doing);
    return refusal.kind() == failure::rejected ? provider_error(failure::conflict, refusal.what()) : refusal;
}

/// The one list of an answer, to be read element by element: {"state": [...]}. In its place an empty one is left.
std::string array_taken_out(std::string& body, std::string_view name) {
    const auto from = body.find('[');
    const auto to = body.rfind(']');
    if (from == std::string::npos || to == std::string::npos || to < from)
        throw provider_error(failure::invalid, "the server's answer has no '" + std::string(name) + "'");
    auto rest = body.substr(0, from) + "[]" + body.substr(to + 1);
    // The list is most of the answer, and is not copied.
    body.resize(to + 1);
    body.erase(0, from);
    return std::exchange(body, std::move(rest));
}

}  // namespace

client::client(core_communication::http_service& http, const configuration& site) : http_(http), site_(site) {}

std::string client::own_account() {
    const auto asked = request(http_method::get, std::string(client_api) + "/account/whoami");
    return required_text(object_in(succeed(asked, "say whose access token this is")), "user_id");
}

std::optional<std::string> client::room_of(std::string_view alias) {
    const auto answer = find(request(http_method::get, alias_path(alias)), "tell the room of " + std::string(alias));
    return answer ? std::optional(required_text(object_in(*answer), "room_id")) : std::nullopt;
}

std::optional<std::string> client::create_room(const boost::json::object& room) {
    const auto asked = request(http_method::post, std::string(client_api) + "/createRoom", {}, room);
    const auto answer = http_.send(asked);
    if (errcode_of(answer) == errcode::room_in_use) return std::nullopt;
    if (!succeeded(answer)) throw error_of(asked, answer, "create the room");
    return required_text(object_in(answer), "room_id");
}

std::optional<std::string> client::read_state(std::string_view room) {
    const auto asked = list_request(room_path(room) + "/state", room);
    auto answer = http_.send(asked);
    // Synapse answers 403 M_FORBIDDEN for a room that we are not in and for one that it does not have.
    if (is_not_found(answer) || (answer.status == 403 && errcode_of(answer) == "M_FORBIDDEN")) return std::nullopt;
    if (!succeeded(answer)) throw error_of(asked, answer, "let us read the room's state");
    return std::move(answer.body);
}

std::optional<std::string> client::read_state_as_admin(std::string_view room) {
    auto answer = find(list_request(admin_path("v1", "rooms", room) + "/state", room),
                       "tell the state of the room " + std::string(room));
    if (!answer) return std::nullopt;
    return array_taken_out(answer->body, "state");
}

std::vector<std::string> client::aliases_of(std::string_view room) {
    const auto object = object_in(succeed(request(http_method::get, room_path(room) + "/aliases", room),
                                          "tell the aliases of the room " + std::string(room)));
    const auto* list = object.if_contains("aliases");
    if (list == nullptr || !list->is_array())
        throw provider_error(failure::invalid, "the server's answer has no 'aliases'");
    std::vector<std::string> aliases;
    for (const auto& each : list->get_array())
        if (each.is_string()) aliases.emplace_back(each.get_string());
    return aliases;
}

void client::add_alias(std::string_view alias, std::string_view room) {
    const auto asked = request(http_method::put, alias_path(alias), room, {{"room_id", room}});
    const auto answer = http_.send(asked);
    // A PUT whose answer was lost is sent once more, and then has done what is wanted.
    if (answer.status == 409 && room_of(alias) == room) return;
    if (!succeeded(answer)) throw error_of(asked, answer, "give the room the alias " + std::string(alias));
}

void client::remove_alias(std::string_view alias, std::string_view room) {
    find(request(http_method::delete_, alias_path(alias), room), "remove the alias " + std::string(alias));
}

void client::make_room_admin(std::string_view room, std::string_view account) {
    auto asked =
        request(http_method::post, admin_path("v1", "rooms", room) + "/make_room_admin", room, {{"user_id", account}});
    asked.repeatable = true;
    succeed(asked, "give " + std::string(account) + " power in the room");
}

void client::join(std::string_view room) {
    auto asked = request(http_method::post, room_path(room) + "/join", room, boost::json::object());
    asked.repeatable = true;
    succeed(asked, "let our account into the room");
}

std::optional<boost::json::object> client::read_state_event(std::string_view room, std::string_view type) {
    const auto answer = find(request(http_method::get, room_path(room) + "/state/" + percent_encode(type), room),
                             "let us read " + std::string(type));
    return answer ? std::optional(object_in(*answer)) : std::nullopt;
}

std::string client::read_membership(std::string_view room, std::string_view account) {
    const auto answer = find(membership_request(room, account), "tell whether somebody is in the room");
    return answer ? required_text(object_in(*answer), "membership") : "";
}

void client::set_state(std::string_view room, std::string_view type, const boost::json::object& content) {
    set_state(room, type, {}, content);
}

void client::set_state(std::string_view room, std::string_view type, std::string_view key,
                       const boost::json::object& content) {
    auto path = room_path(room) + "/state/" + percent_encode(type);
    if (!key.empty()) path += "/" + percent_encode(key);
    succeed(request(http_method::put, path, room, content), "let us set " + std::string(type));
}

void client::set_levels(std::string_view room, const boost::json::object& content) {
    auto asked = request(http_method::put, room_path(room) + "/state/m.room.power_levels", room, content);
    asked.repeatable = false;
    succeed(asked, "let us set m.room.power_levels");
}

bool client::has_room(std::string_view room) {
    return find(request(http_method::get, admin_path("v1", "rooms", room), room), "tell whether it has the room")
        .has_value();
}

std::string client::delete_room(std::string_view room) {
    const auto path = admin_path("v2", "rooms", room);
    // Never with new_room_user_id: Synapse then moves everybody to a room that accuses them of a violation.
    const auto asked = request(http_method::delete_, path, room, {{"block", false}, {"purge", true}});
    const auto answer = http_.send(asked);
    if (succeeded(answer)) return required_text(object_in(answer), "delete_id");
    // "Purge already in progress": the answer to an earlier call was lost.
    if (const auto status = get(path + "/delete_status"); answer.status == 400 && succeeded(status)) {
        const auto object = object_in(status);
        if (const auto* results = object.if_contains("results"); results != nullptr && results->is_array())
            for (const auto& each : results->get_array())
                if (each.is_object())
                    if (const auto state = required_text(each.get_object(), "status");
                        state != "complete" && state != "failed")
                        return required_text(each.get_object(), "delete_id");
    }
    throw error_of(asked, answer, "delete the room");
}

deletion_state client::read_deletion(std::string_view delete_id) {
    const auto answer =
        find(request(http_method::get, "/_synapse/admin/v2/rooms/delete_status/" + percent_encode(delete_id)),
             "tell how far the deletion is");
    if (!answer) return {deletion::unknown, ""};
    const auto object = object_in(*answer);
    const auto status = required_text(object, "status");
    if (status == "complete") return {deletion::complete, ""};
    if (status != "failed") return {deletion::under_way, ""};
    return {deletion::failed, text_in(object, "error")};
}

void client::erase_account(std::string_view account) {
    auto asked = request(http_method::post, admin_path("v1", "deactivate", account), {}, {{"erase", true}});
    asked.repeatable = true;
    succeed(asked, "erase an account");
}

account_page client::account_page_from(std::size_t from,
                                       const std::function<void(const boost::json::object&)>& on_account) {
    // What a homeserver with an Application Service or a guest keeps is listed too. A server that does not know one of these
    // words passes over it ("List Accounts" of Synapse's user admin API).
    const auto path = "/_synapse/admin/v2/users?guests=true&deactivated=true&locked=true&order_by=name&limit=" +
                      std::to_string(accounts_per_page) + "&from=" + std::to_string(from);
    auto answer = succeed(list_request(path), "list its accounts");
    const auto list = array_taken_out(answer.body, "users");
    const auto page = object_in(answer);
    const auto* total = page.if_contains("total");
    if (total == nullptr || !total->is_int64() || total->get_int64() < 0)
        throw provider_error(failure::invalid, "the server's list of its accounts has no 'total'");
    account_page found{0, static_cast<std::size_t>(total->get_int64()), !page.contains("next_token")};
    for_each_element(list, [&](const boost::json::value& each) {
        if (!each.is_object())
            throw provider_error(failure::invalid, "the server's list of its accounts makes no sense");
        required_text(each.get_object(), "name");
        ++found.accounts;
        on_account(each.get_object());
    });
    return found;
}

http_request client::look_request(std::string_view account) const {
    return request(http_method::get, admin_path("v2", "users", account));
}

http_request client::address_request(std::string_view address) const {
    return request(http_method::get, admin_path("v1", "threepid/email/users", address));
}

http_request client::external_id_request(const external_id& who) const {
    return request(http_method::get,
                   admin_path("v1", "auth_providers", who.provider) + "/users/" + percent_encode(who.subject));
}

http_request client::name_request(std::string_view account, std::string_view name) const {
    return request(http_method::put, std::string(client_api) + "/profile/" + percent_encode(account) + "/displayname",
                   {}, {{"displayname", name}});
}

http_request client::avatar_request(std::string_view account, std::string_view address) const {
    return request(http_method::put, std::string(client_api) + "/profile/" + percent_encode(account) + "/avatar_url",
                   {}, {{"avatar_url", address}});
}

http_request client::account_request(std::string_view account, const boost::json::object& user) const {
    return request(http_method::put, admin_path("v2", "users", account), {}, user);
}

http_request client::suspend_request(std::string_view account, bool is_suspended) const {
    auto asked = request(http_method::put, admin_path("v1", "suspend", account));
    asked.body = boost::json::serialize(boost::json::object{{"suspend", is_suspended}});
    return asked;
}

http_request client::deactivate_request(std::string_view account) const {
    auto asked = request(http_method::post, admin_path("v1", "deactivate", account));
    asked.body = boost::json::serialize(boost::json::object{{"erase", false}});
    asked.repeatable = true;
    return asked;
}

http_request client::membership_request(std::string_view room, std::string_view account) const {
    return request(http_method::get, room_path(room) + "/state/m.room.member/" + percent_encode(account), room);
}

http_request client::join_request(std::string_view room, std::string_view account) const {
    return request(http_method::post, admin_path("v1", "join", room), room, {{"user_id", account}});
}

http_request client::invite_request(std::string_view room, std::string_view account) const {
    return request(http_method::post, room_path(room) + "/invite", room, {{"user_id", account}});
}

http_request client::kick_request(std::string_view room, std::string_view account) const {
    return request(http_method::post, room_path(room) + "/kick", room, {{"user_id", account}});
}

http_response client::versions() {
    http_request asked;
    asked.response_limit = longest_object;
    asked.url = site_.homeserver_url + "/_matrix/client/versions";
    return http_.send(asked);
}

std::optional<std::string> client::authentication_issuer() {
    for (const auto* path :
         {"/_matrix/client/v1/auth_metadata", "/_matrix/client/unstable/org.matrix.msc2965/auth_metadata"}) {
        http_request asked;
        asked.response_limit = longest_object;
        asked.url = site_.homeserver_url + path;
        const auto answer = http_.send(asked);
        if (succeeded(answer)) return required_text(object_in(answer), "issuer");
        // Also of a proxy that lets no more through to Synapse than was needed of it so far.
        if (answer.status != 404) throw failure_of(answer, "say who makes its accounts");
    }
    return std::nullopt;
}

void client::lift_rate_limit(std::string_view account) {
    auto asked = request(http_method::post, admin_path("v1", "users", account) + "/override_ratelimit", {},
                         {{"messages_per_second", 0}, {"burst_count", 0}});
    asked.repeatable = true;
    succeed(asked, "take its limits off " + std::string(account));
}

http_response client::get(std::string_view path, std::string_view room) {
    return http_.send(request(http_method::get, path, room));
}

http_response client::get_list(std::string_view path, std::string_view room) {
    return http_.send(list_request(path, room));
}

http_request client::list_request(std::string_view path, std::string_view room) const {
    auto asked = request(http_method::get, path, room);
    asked.response_limit = http_request().response_limit;
    return asked;
}

http_request client::request(http_method method, std::string_view path, std::string_view room) const {
    http_request made;
    made.method = method;
    made.url = site_.homeserver_url + std::string(path);
    made.headers.emplace_back("Authorization", "Bearer " + site_.access_token);
    made.touches_room = room;
    made.response_limit = longest_object;
    return made;
}

http_request client::request(http_method method, std::string_view path, std::string_view room,
                             const boost::json::object& body) const {
    auto made = request(method, path, room);
    made.body = boost::json::serialize(body);
    return made;
}

http_response client::succeed(const http_request& asked, std::string_view doing) {
    auto answer = http_.send(asked);
    if (!succeeded(answer)) throw error_of(asked, answer, doing);
    return answer;
}

std::optional<http_response> client::find(const http_request& asked, std::string_view doing) {
    auto answer = http_.send(asked);
    if (is_not_found(answer)) return std::nullopt;
    if (!succeeded(answer)) throw error_of(asked, answer, doing);
    return answer;
}

}  // namespace communication_matrix
