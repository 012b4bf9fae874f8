#pragma once

#include "scripted_server.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace commhost::test {

/// A stand-in for a homeserver whose accounts Matrix Authentication Service has, and for that service, at /mas: written from its
/// documentation ("Admin API", RFC 6749) and from Synapse's, because neither can be had here. The service puts nobody on
/// the homeserver before provision() is called.
class mas_stand_in {
  public:
    struct user {
        std::string id;
        std::string username;
        std::map<std::string, std::string> emails;  ///< By id.
        std::map<std::string, std::string> links;   ///< Provider to subject.
        bool is_locked = false;
        bool is_deactivated = false;
        bool is_admin = false;
    };

    std::vector<user> users;
    std::map<std::string, boost::json::object> on_homeserver;  ///< By account.
    std::string issuer = address + "/mas/";
    std::string client = "01CLIENT";
    std::string secret = "s:cret/";
    int tokens = 0;
    bool takes_tokens = true;  ///< Whether the client is among the admins.
    std::string expires_in = "300";
    bool is_legacy = false;            ///< Whether it has the older connection to the homeserver.
    std::vector<std::string> erased;   ///< User names; on the homeserver the test does it.
    std::vector<std::string> changes;  ///< "lock ben", as they were asked for.

    core_communication::testing::scripted_http http() {
        return {address, [this](const std::string& asked, const core_communication::http_request& request) {
                    return answer(asked, request);
                }};
    }

    core_communication::testing::memory_settings settings() const {
        auto site = settings_of_matrix();
        site.set("mas_url", address + "/mas");
        site.set("mas_client_id", client);
        site.set("mas_client_secret", secret);
        return site;
    }

    user* find(const std::string& username) {
        for (auto& each : users)
            if (each.username == username) return &each;
        return nullptr;
    }
    user& add(const std::string& username) {
        users.push_back({"01USER" + std::to_string(users.size()), username, {}, {}, false, false});
        return users.back();
    }
    /// Tokens that were given are taken back.
    void revoke() { token_.clear(); }
    /// Whoever is at the service is on the homeserver.
    void provision() {
        for (const auto& each : users) {
            auto& account = on_homeserver["@" + each.username + ":s"];
            account["name"] = "@" + each.username + ":s";
            if (!account.contains("displayname")) account["displayname"] = each.username;
            boost::json::array addresses;
            for (const auto& [id, email] : each.emails)
                addresses.push_back(boost::json::object{{"medium", "email"}, {"address", email}});
            account["threepids"] = std::move(addresses);
            boost::json::array ids;
            if (is_legacy) ids.push_back({{"auth_provider", "oauth-delegated"}, {"external_id", each.id}});
            account["external_ids"] = std::move(ids);
        }
    }

  private:
    using response = core_communication::http_response;

    inline static const std::string known_provider = "01PROVIDER";

    std::string token_;

    static response refusal(int status, const std::string& title) {
        return {status, {}, boost::json::serialize(boost::json::object{{"errors", {{{"title", title}}}}})};
    }
    static boost::json::object resource(const user& of) {
        boost::json::object attributes{
            {"username", of.username}, {"locked_at", nullptr}, {"deactivated_at", nullptr}, {"admin", of.is_admin}};
        if (of.is_locked) attributes["locked_at"] = "2026-01-01T00:00:00Z";
        if (of.is_deactivated) attributes["deactivated_at"] = "2026-01-01T00:00:00Z";
        return {{"type", "user"}, {"id", of.id}, {"attributes", std::move(attributes)}};
    }
    static response single(int status, boost::json::object one) {
        return {status, {}, boost::json::serialize(boost::json::object{{"data", std::move(one)}})};
    }
    static response listed(boost::json::array all, bool goes_on = false) {
        boost::json::object links;
        if (goes_on) links["next"] = "/api/admin/v1/users";
        return {200,
                {},
                boost::json::serialize(boost::json::object{{"data", std::move(all)}, {"links", std::move(links)}})};
    }
    /// Of a field behind the question mark; empty where there is none.
    static std::string value_of(const std::string& asked, const std::string& name) {
        const auto at = asked.find(name + "=");
        if (at == std::string::npos) return {};
        const auto from = at + name.size() + 1;
        return asked.substr(from, asked.find('&', from) - from);
    }
    static std::string behind(const std::string& asked, const std::string& beginning) {
        return asked.substr(beginning.size());
    }

    response answer(const std::string& asked, const core_communication::http_request& request) {
        if (asked.find(" /mas/") == std::string::npos) return of_homeserver(asked, request);
        if (asked == "POST /mas/oauth2/token") {
            // "01CLIENT:s%3Acret%2F" in base64.
            const bool is_known = request.headers.at(0).second == "Basic MDFDTElFTlQ6cyUzQWNyZXQlMkY=" &&
                                  request.body == "grant_type=client_credentials&scope=urn%3Amas%3Aadmin";
            if (!is_known) return {401, {}, R"({"error":"invalid_client"})"};
            token_ = "mat_" + std::to_string(++tokens);
            return {200,
                    {},
                    R"({"access_token":")" + token_ + R"(","token_type":"Bearer","expires_in":)" + expires_in + "}"};
        }
        if (token_.empty() || request.headers.at(0).second != "Bearer " + token_)
            return refusal(401, "Unknown access token");
        if (!takes_tokens) return refusal(403, "Missing urn:mas:admin");
        return of_service(asked,
                          request.body.empty() ? boost::json::object() : boost::json::parse(request.body).as_object());
    }

    response of_service(const std::string& asked, const boost::json::object& body) {
        const std::string api = "/mas/api/admin/v1";
        const auto text = [&](std::string_view field) { return std::string(body.at(field).as_string()); };
        if (asked == "POST " + api + "/users") {
            if (find(text("username")) != nullptr) return refusal(409, "User already exists");
            if (on_homeserver.contains("@" + text("username") + ":s"))
                return refusal(409, "Username is reserved by the homeserver");
            return single(201, resource(add(text("username"))));
        }
        if (const auto path = "POST " + api + "/users/"; asked.starts_with(path)) {
            for (auto& each : users)
                if (asked.starts_with(path + each.id + "/"))
                    return change(each, behind(asked, path + each.id + "/"), body);
            return refusal(404, "User ID not found");
        }
        if (const auto path = "GET " + api + "/users/by-username/"; asked.starts_with(path)) {
            const auto* found = find(behind(asked, path));
            return found == nullptr ? refusal(404, "User not found") : single(200, resource(*found));
        }
        if (const auto path = "GET " + api + "/users/"; asked.starts_with(path)) {
            for (const auto& each : users)
                if (each.id == behind(asked, path)) return single(200, resource(each));
            return refusal(404, "User ID not found");
        }
        if (asked.starts_with("GET " + api + "/users?")) {
            const auto after = value_of(asked, "page%5Bafter%5D");
            const auto first =
                std::find_if(users.begin(), users.end(), [&](const user& each) { return each.id == after; });
            auto from = first == users.end() ? users.begin() : first + 1;
            boost::json::array all;
            for (const auto most = std::stoul(value_of(asked, "page%5Bfirst%5D"));
                 all.size() < most && from != users.end();)
                all.push_back(resource(*from++));
            return listed(std::move(all), from != users.end());
        }
        if (asked == "POST " + api + "/upstream-oauth-links")
            return add_link(text("user_id"), text("provider_id"), text("subject"));
        if (asked.starts_with("GET " + api + "/upstream-oauth-links?")) {
            if (asked.find("filter%5Bprovider%5D=" + known_provider + "&") == std::string::npos)
                return refusal(404, "Provider ID not found");
            boost::json::array all;
            for (const auto& each : users)
                for (const auto& [provider, subject] : each.links)
                    if (asked.ends_with("filter%5Bprovider%5D=" + provider + "&filter%5Bsubject%5D=" + subject))
                        all.push_back(boost::json::object{{"id", "01LINK"}, {"attributes", {{"user_id", each.id}}}});
            return listed(std::move(all));
        }
        if (asked == "POST " + api + "/user-emails") return add_email(text("user_id"), text("email"));
        if (asked.starts_with("GET " + api + "/user-emails?")) {
            boost::json::array all;
            for (const auto& each : users)
                if (asked.ends_with("=" + each.id))
                    for (const auto& [id, email] : each.emails)
                        all.push_back(boost::json::object{{"id", id}, {"attributes", {{"email", email}}}});
            return listed(std::move(all));
        }
        if (const auto path = "DELETE " + api + "/user-emails/"; asked.starts_with(path)) {
            for (auto& each : users) each.emails.erase(behind(asked, path));
            return {204, {}, ""};
        }
        return {404, {}, ""};
    }

    /// As of the versions that can reactivate: none of them does what another one does.
    response change(user& of, const std::string& what, const boost::json::object& body) {
        if (what == "deactivate" && body.at("erase").as_bool()) {
            erased.push_back(of.username);
            return single(200, resource(of));
        }
        changes.push_back(what + " " + of.username);
        of.is_locked = what != "unlock" && (of.is_locked || what == "lock");
        of.is_deactivated = what == "deactivate" || (of.is_deactivated && what != "reactivate");
        return single(200, resource(of));
    }

    response add_link(const std::string& id, const std::string& provider, const std::string& subject) {
        if (provider != known_provider)
            return refusal(404, "Upstream OAuth 2.0 Provider ID " + provider + " not found");
        for (auto& each : users)
            if (each.id == id)
                return each.links.emplace(provider, subject).second ? single(201, {{"id", "01LINK"}})
                                                                    : refusal(409, "already has an upstream link");
        return refusal(404, "User ID not found");
    }

    response add_email(const std::string& id, const std::string& email) {
        for (const auto& each : users)
            for (const auto& [known, address_of] : each.emails)
                if (address_of == email) return refusal(409, "already in use");
        if (email.find('@') == std::string::npos) return refusal(400, "Email is not valid");
        for (auto& each : users)
            if (each.id == id) {
                each.emails.emplace("01MAIL" + email.substr(0, 3), email);
                return single(201, {{"id", "01MAIL"}});
            }
        return refusal(404, "User ID not found");
    }

    response of_homeserver(const std::string& asked, const core_communication::http_request& request) {
        const std::string accounts = "/_synapse/admin/v2/users/";
        if (asked == "POST /_matrix/media/v3/upload") return {200, {}, R"({"content_uri":"mxc://s/1"})"};
        if (asked == "GET /_matrix/client/versions") return {200, {}, R"({"versions":["v1.1"]})"};
        if (asked == "GET /_matrix/client/v3/account/whoami") return {200, {}, R"({"user_id":"@commhost:s"})"};
        if (asked == "GET /_matrix/client/v1/auth_metadata")
            return issuer.empty() ? response{404, {}, R"({"errcode":"M_UNRECOGNIZED"})"}
                                  : response{200, {}, boost::json::serialize(boost::json::object{{"issuer", issuer}})};
        if (asked.starts_with("GET /_synapse/admin/v2/users?")) {
            const auto from = std::stoul(value_of(asked, "from"));
            const auto most = std::stoul(value_of(asked, "limit"));
            boost::json::array all;
            for (auto at = std::next(on_homeserver.begin(), static_cast<std::ptrdiff_t>(from));
                 at != on_homeserver.end() && all.size() < most; ++at)
                all.push_back(at->second);
            boost::json::object page{{"total", on_homeserver.size()}};
            if (from + all.size() < on_homeserver.size()) page["next_token"] = std::to_string(from + all.size());
            page["users"] = std::move(all);
            return {200, {}, boost::json::serialize(page)};
        }
        for (auto& [name, account] : on_homeserver) {
            if (asked == "GET " + accounts + core_communication::percent_encode(name))
                return {200, {}, boost::json::serialize(account)};
            if (asked == "PUT /_synapse/admin/v1/suspend/" + core_communication::percent_encode(name)) {
                account["suspended"] = boost::json::parse(request.body).at("suspend");
                return {200, {}, "{}"};
            }
            for (const auto* field : {"displayname", "avatar_url"}) {
                if (asked != "PUT /_matrix/client/v3/profile/" + core_communication::percent_encode(name) + "/" + field)
                    continue;
                account[field] = boost::json::parse(request.body).at(field);
                return {200, {}, "{}"};
            }
        }
        if (asked.starts_with("GET " + accounts) || asked.starts_with("GET /_synapse/admin/v1/threepid/"))
            return {404, {}, R"({"errcode":"M_NOT_FOUND"})"};
        return {404, {}, R"({"errcode":"M_UNRECOGNIZED"})"};
    }
};

}  // namespace commhost::test
