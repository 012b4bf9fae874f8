#include "rest_chat.hpp"

#include <utility>

namespace communication_yourchat::test {

namespace json = boost::json;
using core_communication::http_request;
using core_communication::http_response;

namespace {

http_response says(int status, const json::object& body = {}) {
    return {status, {}, body.empty() ? "" : json::serialize(body)};
}

std::string text_of(const json::object& body, std::string_view name) { return std::string(body.at(name).as_string()); }

/// "b" of "a/b/c" between "a/" and "/"; all that is left without a second slash.
std::string part_behind(const std::string& asked, const std::string& beginning) {
    const auto rest = asked.substr(beginning.size());
    return rest.substr(0, rest.find('/'));
}

}  // namespace

http_response rest_chat::operator()(const std::string& asked, const http_request& request) {
    if (!takes_token) return says(401, {{"error", "no such token"}});
    const auto body = request.body.empty() ? json::object() : json::parse(request.body).as_object();
    if (asked == "GET /api/me") return says(200, {{"id", "bot"}, {"admin", is_admin}});
    if (asked.find(" /api/users") != std::string::npos) return of_users(asked, body);
    return of_rooms(asked, body);
}

http_response rest_chat::of_users(const std::string& asked, const json::object& body) {
    if (asked.starts_with("GET /api/users?username=")) {
        const auto username = asked.substr(asked.find('=') + 1);
        return accounts.contains(username) ? says(200, {{"users", json::array{{{"id", username}}}}})
                                           : says(200, {{"users", json::array()}});
    }
    const account wanted{text_of(body, "name"), text_of(body, "email")};
    if (asked == "POST /api/users") {
        const auto username = text_of(body, "username");
        if (username == "admin") return says(422, {{"error", "this name is reserved"}});
        if (!accounts.emplace(username, wanted).second) return says(409, {{"error", "there is one"}});
        return says(201, {{"id", username}});
    }
    accounts.at(part_behind(asked, "PATCH /api/users/")) = wanted;
    return says(204);
}

http_response rest_chat::of_rooms(const std::string& asked, const json::object& body) {
    const auto method = asked.substr(0, asked.find(' '));
    if (asked.starts_with("GET /api/rooms?key=")) {
        json::array found;
        for (const auto& [id, each] : rooms)
            if (each.key == asked.substr(asked.find('=') + 1)) found.push_back(json::object{{"id", id}});
        return says(200, {{"rooms", std::move(found)}});
    }
    if (asked == "POST /api/rooms") {
        const auto id = "r" + std::to_string(rooms.size() + 1);
        rooms[id] = {text_of(body, "key"), text_of(body, "name"), text_of(body, "topic"), {{"bot", "owner"}}};
        return says(201, {{"id", id}});
    }
    const auto found = rooms.find(part_behind(asked, method + " /api/rooms/"));
    if (found == rooms.end()) return says(404, {{"error", "no such room"}});
    const auto path = method + " /api/rooms/" + found->first;
    if (asked.starts_with(path + "/members"))
        return of_members(found->second, method, asked.substr(path.size() + 8), body);
    if (method == "GET")
        return says(200, {{"id", found->first}, {"name", found->second.name}, {"topic", found->second.topic}});
    if (method == "PATCH") {
        found->second.name = text_of(body, "name");
        found->second.topic = text_of(body, "topic");
    }
    if (method == "DELETE") rooms.erase(found);
    return says(204);
}

http_response rest_chat::of_members(room& in, const std::string& method, const std::string& account,
                                    const json::object& body) const {
    if (method == "GET") {
        json::array members;
        for (const auto& [user, role] : in.members) members.push_back(json::object{{"user", user}, {"role", role}});
        return says(200, {{"members", std::move(members)}});
    }
    const auto user = account.substr(1);
    if (method == "PUT") {
        if (!accounts.contains(user)) return says(404, {{"error", "no such account"}});
        in.members[user] = text_of(body, "role");
        return says(204);
    }
    return in.members.erase(user) > 0 ? says(204) : says(404, {{"error", "not in the room"}});
}

}  // namespace communication_yourchat::test
