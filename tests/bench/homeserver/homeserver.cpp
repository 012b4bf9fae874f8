#include "homeserver.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>

namespace commhost::stand_in {

namespace {

std::string decoded(std::string_view text) {
    std::string plain;
    plain.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        unsigned byte = 0;
        if (text[at] == '%' && at + 2 < text.size() &&
            std::from_chars(text.data() + at + 1, text.data() + at + 3, byte, 16).ptr == text.data() + at + 3) {
            plain += static_cast<char>(byte);
            at += 2;
        } else {
            plain += text[at];
        }
    }
    return plain;
}

std::string_view next_part(std::string_view& path) {
    path.remove_prefix(std::min<std::size_t>(1, path.size()));
    const auto part = path.substr(0, path.find('/'));
    path.remove_prefix(part.size());
    return part;
}

/// What stands for "*"; empty where the path is another one.
std::optional<std::vector<std::string_view>> matched(std::string_view pattern, std::string_view path) {
    std::vector<std::string_view> parts;
    while (!pattern.empty() && !path.empty()) {
        const auto wanted = next_part(pattern);
        const auto found = next_part(path);
        if (wanted == "*" && !found.empty())
            parts.push_back(found);
        else if (wanted != found)
            return std::nullopt;
    }
    // A state event without key may be asked for with a slash at its end.
    if (path == "/") path = {};
    return pattern.empty() && path.empty() ? std::optional(std::move(parts)) : std::nullopt;
}

boost::json::object fields_of(std::string_view query) {
    boost::json::object fields;
    while (!query.empty()) {
        const auto field = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(field.size() + 1, query.size()));
        const auto name = field.substr(0, field.find('='));
        fields[decoded(name)] = decoded(field.substr(std::min(name.size() + 1, field.size())));
    }
    return fields;
}

boost::json::object parsed(std::string_view body) {
    boost::json::error_code failed;
    auto value = boost::json::parse(body, failed);
    if (failed) throw refusal{400, "M_NOT_JSON", "Content not JSON."};
    if (!value.is_object()) throw refusal{400, "M_BAD_JSON", "Content must be a JSON object."};
    return std::move(value.get_object());
}

}  // namespace

http_answer done() { return {200, "{}"}; }

http_answer answer_of(const boost::json::object& body, int status) { return {status, boost::json::serialize(body)}; }

std::string text_in(const boost::json::object& object, std::string_view field) {
    const auto* value = object.if_contains(field);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::int64_t seconds_now() {
    using namespace std::chrono;
    return duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
}

homeserver::homeserver(std::string server_name, std::string_view admin, std::string_view token, int accounts)
    : server_name_(std::move(server_name)), admin_(account_of(admin)), authorization_("Bearer " + std::string(token)) {
    auto& own = accounts_[admin_];
    own.admin = true;
    own.displayname = std::string(admin);
    own.created = seconds_now();
    for (int number = 0; number < accounts; ++number) {
        const auto local = "user." + std::to_string(number);
        auto& each = accounts_[account_of(local)];
        each.displayname = local;
        each.created = own.created;
    }
}

const std::vector<homeserver::route>& homeserver::routes() {
    using self = homeserver;
    static const std::vector<route> all{
        {"join", "POST", "/_synapse/admin/v1/join/*", &self::force_join, true},
        {"put user", "PUT", "/_synapse/admin/v2/users/*", &self::put_user},
        {"get user", "GET", "/_synapse/admin/v2/users/*", &self::get_user},
        {"list users", "GET", "/_synapse/admin/v2/users", &self::list_users},
        {"find address", "GET", "/_synapse/admin/v1/threepid/email/users/*", &self::find_address},
        {"kick", "POST", "/_matrix/client/v3/rooms/*/kick", &self::kick, true},
        {"invite", "POST", "/_matrix/client/v3/rooms/*/invite", &self::invite, true},
        {"read state", "GET", "/_matrix/client/v3/rooms/*/state", &self::read_state, true},
        {"read state event", "GET", "/_matrix/client/v3/rooms/*/state/*", &self::read_state_event, true},
        {"read state event", "GET", "/_matrix/client/v3/rooms/*/state/*/*", &self::read_state_event, true},
        {"put state event", "PUT", "/_matrix/client/v3/rooms/*/state/*", &self::put_state_event, true},
        {"put state event", "PUT", "/_matrix/client/v3/rooms/*/state/*/*", &self::put_state_event, true},
        {"create room", "POST", "/_matrix/client/v3/createRoom", &self::create_room},
        {"look up alias", "GET", "/_matrix/client/v3/directory/room/*", &self::look_up_alias},
        {"put alias", "PUT", "/_matrix/client/v3/directory/room/*", &self::put_alias},
        {"delete alias", "DELETE", "/_matrix/client/v3/directory/room/*", &self::delete_alias},
        {"aliases", "GET", "/_matrix/client/v3/rooms/*/aliases", &self::aliases, true},
        {"joined members", "GET", "/_matrix/client/v3/rooms/*/joined_members", &self::joined_members, true},
        {"join ourselves", "POST", "/_matrix/client/v3/rooms/*/join", &self::join, true},
        {"look up room", "GET", "/_synapse/admin/v1/rooms/*", &self::look_up_room, true},
        {"read state as admin", "GET", "/_synapse/admin/v1/rooms/*/state", &self::read_state_as_admin, true},
        {"make room admin", "POST", "/_synapse/admin/v1/rooms/*/make_room_admin", &self::make_room_admin, true},
        {"delete room", "DELETE", "/_synapse/admin/v2/rooms/*", &self::delete_room, true},
        {"delete status", "GET", "/_synapse/admin/v2/rooms/delete_status/*", &self::delete_status},
        {"delete status", "GET", "/_synapse/admin/v2/rooms/*/delete_status", &self::delete_status_of_room, true},
        {"deactivate", "POST", "/_synapse/admin/v1/deactivate/*", &self::deactivate},
        {"rate limit", "GET", "/_synapse/admin/v1/users/*/override_ratelimit", &self::rate_limit},
        {"upload", "POST", "/_matrix/media/v3/upload", &self::upload},
        {"whoami", "GET", "/_matrix/client/v3/account/whoami", &self::whoami},
        {"capabilities", "GET", "/_matrix/client/v3/capabilities", &self::capabilities},
        {"server version", "GET", "/_synapse/admin/v1/server_version", &self::server_version},
        {"versions", "GET", "/_matrix/client/versions", &self::versions},
    };
    return all;
}

http_answer homeserver::answer(const http_request& asked) {
    const auto path = asked.target.substr(0, asked.target.find('?'));
    const auto query = asked.target.substr(std::min(path.size() + 1, asked.target.size()));
    if (path == "/stand_in/counts") return counts_answer();
    made_room_.clear();
    http_answer given;
    recorded entry{"unknown", std::string(asked.method), std::string(asked.target), {}, 0, {}};
    try {
        const route* found = nullptr;
        parts of;
        for (const auto& each : routes()) {
            if (each.method != asked.method) continue;
            const auto parts = matched(each.path, path);
            if (!parts) continue;
            found = &each;
            for (const auto part : *parts) of.push_back(decoded(part));
            break;
        }
        ++counts_[found == nullptr ? "unknown" : found->kind];
        if (found == nullptr) throw refusal{404, "M_UNRECOGNIZED", "Unrecognized request"};
        entry.kind = found->kind;
        given = answer_by(*found, asked, query, of);
        entry.room = found->in_room ? of.front() : made_room_;
    } catch (const refusal& why) {
        ++counts_["refused"];
        given = answer_of({{"errcode", why.errcode}, {"error", why.error}}, why.status);
    }
    bytes_sent_ += given.body.size();
    largest_answer_ = std::max(largest_answer_, given.body.size());
    if (is_recording_) {
        entry.body = asked.body;
        entry.status = given.status;
        record_.push_back(std::move(entry));
    }
    return given;
}

http_answer homeserver::answer_by(const route& one, const http_request& asked, std::string_view query,
                                  const parts& of) {
    if (one.kind != "versions" && asked.authorization != authorization_)
        throw refusal{401, "M_UNKNOWN_TOKEN", "Invalid access token passed."};
    if (one.kind == "upload") return (this->*one.handle)({}, of);
    return (this->*one.handle)(asked.body.empty() ? fields_of(query) : parsed(asked.body), of);
}

http_answer homeserver::counts_answer() const {
    object requests;
    for (const auto& [kind, number] : counts_) requests[kind] = number;
    return answer_of(
        {{"requests", std::move(requests)}, {"bytes_sent", bytes_sent_}, {"largest_answer", largest_answer_}});
}

void homeserver::write_record(std::ostream& to) const {
    for (const auto& each : record_)
        to << boost::json::serialize(object{{"kind", each.kind},
                                            {"method", each.method},
                                            {"target", each.target},
                                            {"body", each.body},
                                            {"status", each.status},
                                            {"room", each.room}})
           << '\n';
}

}  // namespace commhost::stand_in
