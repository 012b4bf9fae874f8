#include "mas_client.hpp"

#include "answer.hpp"
#include "batch.hpp"
#include "bounded_json.hpp"
#include "common_question.hpp"

#include <boost/archive/iterators/base64_from_binary.hpp>
#include <boost/archive/iterators/transform_width.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <utility>

namespace communication_matrix {

using core_communication::failure;
using core_communication::http_method;
using core_communication::http_request;
using core_communication::http_response;
using core_communication::percent_encode;
using core_communication::provider_error;

namespace {

constexpr std::string_view api = "/api/admin/v1";
constexpr std::size_t users_per_page = 500;

/// What is kept for the process, until it is too old: an object of the plugin lives for one room.
class kept_texts {
  public:
    using clock = std::chrono::steady_clock;

    std::optional<std::string> find(const std::string& of) {
        const std::scoped_lock lock(mutex_);
        const auto kept = texts_.find(of);
        if (kept == texts_.end() || kept->second.second <= clock::now()) return std::nullopt;
        return kept->second.first;
    }
    void keep(const std::string& of, std::string text, clock::time_point until) {
        const std::scoped_lock lock(mutex_);
        texts_.insert_or_assign(of, std::pair(std::move(text), until));
    }
    void forget(const std::string& owner) {
        const std::scoped_lock lock(mutex_);
        texts_.erase(owner);
    }
    void clear() {
        const std::scoped_lock lock(mutex_);
        texts_.clear();
    }

  private:
    std::mutex mutex_;
    std::map<std::string, std::pair<std::string, clock::time_point>> texts_;
};

/// Access tokens, by who they were given to: secrets that live for five minutes, and so not for the store.
kept_texts& tokens() {
    static kept_texts of_all_rooms;
    return of_all_rooms;
}

/// What homeservers name as their service, by their addresses.
kept_texts& issuers() {
    static kept_texts of_all_rooms;
    return of_all_rooms;
}

/// For so long what a homeserver names is believed.
constexpr std::chrono::hours believed{1};

std::string base64(const std::string& bytes) {
    namespace iterators = boost::archive::iterators;
    using encoder = iterators::base64_from_binary<iterators::transform_width<const char*, 6, 8>>;
    std::string text(encoder(bytes.data()), encoder(bytes.data() + bytes.size()));
    return text.append((3 - bytes.size() % 3) % 3, '=');
}

std::string owner_of(const std::string& address, const authentication_service& mas) {
    return address + "\n" + mas.client_id + "\n" + mas.client_secret;
}

bool is_refused(const http_response& answer) { return answer.status == 401 || answer.status == 403; }

}  // namespace

void forget_mas_tokens() {
    tokens().clear();
    issuers().clear();
}

mas_client::mas_client(core_communication::processor& processor, client& server, const configuration& site)
    : processor_(processor), server_(server), site_(site), address_(site.mas.url) {}

const std::string& mas_client::address() {
    if (!address_.empty()) return address_;
    address_ = ask_once("service of " + site_.homeserver_url, processor_.cancellation(), [&] {
        if (auto kept = issuers().find(site_.homeserver_url)) return *std::move(kept);
        auto issuer = server_.authentication_issuer();
        if (!issuer)
            throw provider_error(
                failure::unauthorised,
                "the homeserver names no Matrix Authentication Service: set mas_url, or take mas_client_id "
                "out of the settings if Synapse itself makes the accounts");
        while (issuer->ends_with('/')) issuer->pop_back();
        issuers().keep(site_.homeserver_url, *issuer, kept_texts::clock::now() + believed);
        return *std::move(issuer);
    });
    return address_;
}

void mas_client::sign_in() {
    const auto owner = owner_of(address(), site_.mas);
    if (tokens().find(owner)) return;
    ask_once("token of " + owner, processor_.cancellation(), [&] {
        if (tokens().find(owner)) return std::string();
        try {
            ask_for_token(owner);
        } catch (const provider_error&) {
            issuers().clear();  // the homeserver may name another one by now
            throw;
        }
        return std::string();
    });
}

void mas_client::ask_for_token(const std::string& owner) {
    const auto begun = kept_texts::clock::now();
    http_request asked;
    asked.method = http_method::post;
    asked.url = address() + "/oauth2/token";
    // RFC 6749, sections 2.3.1 and 4.4; the method that the documentation of the service shows for automated tools.
    asked.headers.emplace_back("Authorization", "Basic " + base64(percent_encode(site_.mas.client_id) + ":" +
                                                                  percent_encode(site_.mas.client_secret)));
    asked.content_type = "application/x-www-form-urlencoded";
    asked.body = "grant_type=client_credentials&scope=urn%3Amas%3Aadmin";
    asked.repeatable = true;
    http_response answer;
    try {
        answer = processor_.http().send(asked);
    } catch (const provider_error& failed) {
        if (failed.kind() != failure::invalid || !site_.mas.url.empty()) throw;
        throw provider_error(failure::unauthorised,
                             "the homeserver names " + address() +
                                 " as its Matrix Authentication Service, which no setting does: set mas_url to it");
    }
    if (!succeeded(answer)) {
        const auto refused = mas_refusal_of(answer, "give our client a token of the scope urn:mas:admin");
        const bool is_ours = answer.status == 400 || refused.kind() == failure::rejected;
        throw is_ours ? provider_error(failure::unauthorised, refused.what()) : refused;
    }
    const auto given = object_in(answer);
    const auto* lasts = given.if_contains("expires_in");
    // Within what a clock can count, and long enough for the requests that are made with it at once.
    constexpr std::int64_t shortest = 10;
    constexpr std::int64_t longest = 86'400;
    const auto seconds = std::clamp(lasts != nullptr && lasts->is_int64() ? lasts->get_int64() : 60, shortest, longest);
    // Half of its life is left to what is under way with it.
    tokens().keep(owner, required_text(given, "access_token"), begun + std::chrono::seconds(seconds) / 2);
}

void mas_client::forget_token() { tokens().forget(owner_of(address(), site_.mas)); }

http_response mas_client::send(const http_request& request) {
    auto answer = processor_.http().send(request);
    if (is_refused(answer)) forget_token();
    return answer;
}

void mas_client::send_all(std::span<const http_request> requests,
                          const std::function<void(std::size_t, const http_response&)>& on_answer,
                          const std::function<void(std::size_t, const provider_error&)>& on_error) {
    try {
        communication_matrix::send_all(
            processor_, requests,
            [&](std::size_t index, const http_response& answer) {
                if (is_refused(answer)) forget_token();
                on_answer(index, answer);
            },
            on_error);
    } catch (const provider_error& failed) {
        if (failed.kind() == failure::unauthorised) forget_token();
        throw;
    }
}

http_request mas_client::request(http_method method, const std::string& path) {
    sign_in();
    http_request made;
    made.method = method;
    made.url = address() + std::string(api) + path;
    made.headers.emplace_back("Authorization", "Bearer " + tokens().find(owner_of(address(), site_.mas)).value_or(""));
    return made;
}

http_request mas_client::posted(const std::string& path, const boost::json::object& body) {
    auto made = request(http_method::post, path);
    made.body = boost::json::serialize(body);
    return made;
}

batch_sender mas_client::sender() {
    return
        [this](auto requests, const auto& on_answer, const auto& on_error) { send_all(requests, on_answer, on_error); };
}

http_request mas_client::add_user_request(std::string_view username, std::string_view display_name) {
    boost::json::object user{{"username", username}};
    // Passed over by versions that do not know it.
    if (!display_name.empty()) user["displayname"] = display_name;
    return posted("/users", user);
}

http_request mas_client::user_by_name_request(std::string_view username) {
    return request(http_method::get, "/users/by-username/" + percent_encode(username));
}

http_request mas_client::user_request(std::string_view id) {
    return request(http_method::get, "/users/" + percent_encode(id));
}

http_request mas_client::erase_user_request(std::string_view id) {
    auto asked = posted("/users/" + percent_encode(id) + "/deactivate", {{"erase", true}});
    asked.repeatable = true;
    return asked;
}

http_request mas_client::deactivate_user_request(std::string_view id) {
    // The versions have two words for it, and pass over the other one.
    auto asked = posted("/users/" + percent_encode(id) + "/deactivate", {{"erase", false}, {"skip_erase", true}});
    asked.repeatable = true;
    return asked;
}

http_request mas_client::change_user_request(std::string_view id, std::string_view what) {
    auto asked = request(http_method::post, "/users/" + percent_encode(id) + "/" + std::string(what));
    asked.repeatable = true;
    return asked;
}

http_request mas_client::add_link_request(std::string_view user, const external_id& who) {
    return posted("/upstream-oauth-links",
                  {{"user_id", user}, {"provider_id", who.provider}, {"subject", who.subject}});
}

http_request mas_client::links_request(const external_id& who) {
    return request(http_method::get, "/upstream-oauth-links?filter%5Bprovider%5D=" + percent_encode(who.provider) +
                                         "&filter%5Bsubject%5D=" + percent_encode(who.subject));
}

http_request mas_client::add_email_request(std::string_view user, std::string_view address) {
    return posted("/user-emails", {{"user_id", user}, {"email", address}});
}

http_request mas_client::emails_request(std::string_view user) {
    return request(http_method::get, "/user-emails?page%5Bfirst%5D=100&filter%5Buser%5D=" + percent_encode(user));
}

http_request mas_client::remove_email_request(std::string_view email) {
    return request(http_method::delete_, "/user-emails/" + percent_encode(email));
}

mas_page mas_client::users_from(std::string_view behind) {
    auto path = "/users?count=false&page%5Bfirst%5D=" + std::to_string(users_per_page);
    if (!behind.empty()) path += "&page%5Bafter%5D=" + percent_encode(behind);
    const auto answer = send(request(http_method::get, path));
    if (!succeeded(answer)) throw mas_refusal_of(answer, "list its users");
    mas_page page;
    for (const auto& each : resources_in(answer))
        page.users.push_back({text_in(each, "id"), attribute_of(each, "username")});
    const auto document = object_in(answer);
    const auto* links = document.if_contains("links");
    page.is_last =
        page.users.empty() || links == nullptr || !links->is_object() || !links->get_object().contains("next");
    return page;
}

provider_error mas_refusal_of(const http_response& answer, std::string_view doing) {
    std::string said;
    boost::json::error_code failed;
    const auto body = parse_bounded(answer.body, failed);
    if (!failed && body.is_object()) {
        if (const auto* errors = body.get_object().if_contains("errors"); errors != nullptr && errors->is_array())
            for (const auto& each : errors->get_array())
                if (each.is_object()) said += (said.empty() ? "" : "; ") + text_in(each.get_object(), "title");
        // Of the token's endpoint: RFC 6749, section 5.2.
        if (said.empty()) said = text_in(body.get_object(), "error_description");
        if (said.empty()) said = text_in(body.get_object(), "error");
    }
    auto kind = failure::rejected;
    if (is_refused(answer)) kind = failure::unauthorised;
    if (answer.status == 409) kind = failure::conflict;
    if (answer.status == 429) kind = failure::rate_limited;
    // Without an error of its own a 404 comes from elsewhere: the admin API is served where "adminapi" is among the resources.
    const bool is_elsewhere = answer.status == 404 && said.empty();
    if (answer.status > 500 || is_elsewhere) kind = failure::unavailable;
    auto reason = "Matrix Authentication Service refuses to " + std::string(doing) + ": ";
    if (!said.empty()) reason += said + " ";
    reason += "(" + std::to_string(answer.status) + ")";
    if (is_elsewhere) reason += "; is its resource 'adminapi' served at the address that mas_url names?";
    if (kind == failure::unauthorised && doing.find("token") == std::string_view::npos)
        reason += "; is the client among policy.data.admin_clients?";
    return {kind, reason};
}

bool is_unknown_to_service(const http_response& answer) {
    return answer.status == 404 && answer.body.find("errors") != std::string::npos;
}

boost::json::object resource_in(const http_response& answer) {
    const auto document = object_in(answer);
    const auto* data = document.if_contains("data");
    if (data == nullptr || !data->is_object())
        throw provider_error(failure::invalid, "the answer of Matrix Authentication Service has no 'data'");
    return data->get_object();
}

std::vector<boost::json::object> resources_in(const http_response& answer) {
    const auto document = object_in(answer);
    const auto* data = document.if_contains("data");
    if (data == nullptr || !data->is_array())
        throw provider_error(failure::invalid, "the answer of Matrix Authentication Service has no list 'data'");
    std::vector<boost::json::object> found;
    for (const auto& each : data->get_array())
        if (each.is_object()) found.push_back(each.get_object());
    return found;
}

std::string attribute_of(const boost::json::object& resource, std::string_view name) {
    const auto* attributes = resource.if_contains("attributes");
    return attributes == nullptr || !attributes->is_object() ? "" : text_in(attributes->get_object(), name);
}

bool is_admin(const boost::json::object& user) {
    const auto* attributes = user.if_contains("attributes");
    const auto* admin =
        attributes == nullptr || !attributes->is_object() ? nullptr : attributes->get_object().if_contains("admin");
    return admin != nullptr && *admin == true;
}

}  // namespace communication_matrix
