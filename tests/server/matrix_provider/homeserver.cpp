#include "homeserver.hpp"

#include "text/descriptor.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace commhost::test {

using core_communication::http_method;
using core_communication::percent_encode;
using core_communication::user_id;

namespace {

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    if (value == nullptr)
        throw std::runtime_error(std::string(name) + " is not set; run this under tools/servers/synapse run --");
    return value;
}

std::string room_path(const std::string& room) { return "/_matrix/client/v3/rooms/" + percent_encode(room); }

}  // namespace

homeserver_address homeserver_address::from_environment() {
    return {variable("COMMHOST_SYNAPSE_URL"), variable("COMMHOST_SYNAPSE_SERVER_NAME"),
            variable("COMMHOST_SYNAPSE_ADMIN_USER"), variable("COMMHOST_SYNAPSE_ADMIN_TOKEN"),
            variable("COMMHOST_SYNAPSE_LOG")};
}

homeserver_address homeserver_address::from_document(const boost::json::value& document) {
    const auto text = [&](std::string_view field) { return std::string(document.at(field).as_string()); };
    return {text("url"), text("server_name"), text("admin_user"), text("admin_token"), text("log")};
}

homeserver::homeserver(homeserver_address at, service::http_settings http)
    : at_(std::move(at)), engine_(std::move(http)), http_(engine_, {{at_.url}, {at_.admin_token}}, {}, logger_) {}

homeserver& homeserver::shared() {
    static homeserver server(homeserver_address::from_environment());
    return server;
}

boost::json::value homeserver::call(http_method method, const std::string& path, const boost::json::value& body,
                                    const std::string& token) {
    core_communication::http_request request;
    request.method = method;
    request.url = at_.url + path;
    request.headers.emplace_back("Authorization", "Bearer " + (token.empty() ? at_.admin_token : token));
    if (!body.is_null()) request.body = boost::json::serialize(body);
    const auto answer = http_.send(request);
    INFO(path);
    INFO(answer.body);
    REQUIRE(answer.status / 100 == 2);
    return boost::json::parse(answer.body);
}

std::string homeserver::log_in(const std::string& account) {
    const auto answer = call(http_method::post, "/_synapse/admin/v1/users/" + percent_encode(account) + "/login",
                             boost::json::object());
    return std::string(answer.at("access_token").as_string());
}

boost::json::value homeserver::state_event(const std::string& room, const std::string& type) {
    return call(http_method::get, room_path(room) + "/state/" + type);
}

void homeserver::set_state_event(const std::string& room, const std::string& type, const boost::json::value& content) {
    call(http_method::put, room_path(room) + "/state/" + type, content);
}

void homeserver::set_level(const std::string& room, const std::string& account, int level) {
    auto content = state_event(room, "m.room.power_levels");
    content.at("users").as_object()[account] = level;
    set_state_event(room, "m.room.power_levels", content);
}

std::map<std::string, std::string> homeserver::members(const std::string& room) {
    std::map<std::string, std::string> found;
    const auto answer = call(http_method::get, room_path(room) + "/members");
    for (const auto& event : answer.at("chunk").as_array())
        found.emplace(event.at("state_key").as_string(), event.at("content").at("membership").as_string());
    return found;
}

std::map<std::string, int> homeserver::levels(const std::string& room) {
    std::map<std::string, int> found;
    const auto content = state_event(room, "m.room.power_levels");
    for (const auto& [account, level] : content.at("users").as_object())
        found.emplace(account, static_cast<int>(level.as_int64()));
    return found;
}

std::vector<std::string> homeserver::take_requests() {
    // Synapse writes the line after it has sent the answer; a request of our own marks where the others end.
    const auto mark = "mark=" + std::to_string(::getpid()) + "-" + std::to_string(++marks_);
    call(http_method::get, "/_matrix/client/versions?" + mark);
    const text::descriptor changes(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    if (!changes || ::inotify_add_watch(changes.number(), at_.log.c_str(), IN_MODIFY) < 0)
        throw std::runtime_error("Synapse's log " + at_.log + " cannot be watched");
    struct pollfd grown {
        changes.number(), POLLIN, 0
    };
    do {
        // Before the reading, so that what comes behind it is told.
        for (std::array<char, 4096> events{}; ::read(changes.number(), events.data(), events.size()) > 0;) {
        }
        std::ifstream file(at_.log);
        file.seekg(static_cast<std::streamoff>(read_until_));
        std::vector<std::string> requests;
        for (std::string line; std::getline(file, line);) {
            if (line.find("Processed request") == std::string::npos) continue;
            const auto begin = line.find('"');
            auto request = line.substr(begin + 1, line.find(" HTTP/", begin) - begin - 1);
            if (request.find(mark) != std::string::npos) {
                read_until_ = static_cast<std::size_t>(file.tellg());
                return requests;
            }
            requests.push_back(std::move(request));
        }
    } while (::poll(&grown, 1, 10'000) == 1);
    throw std::runtime_error("Synapse's log does not show our own request");
}

namespace {

/// Short, and different in each test and each run against one server.
std::string unique_name() {
    static int count = 0;
    return "t" + std::to_string(::getpid()) + "-" + std::to_string(++count);
}

core_communication::testing::memory_settings settings_for(const homeserver_address& at) {
    return core_communication::testing::memory_settings({{"homeserver_url", at.url},
                                                         {"server_name", at.server_name},
                                                         {"access_token", at.admin_token},
                                                         {"web_client_url", "https://chat.example"},
                                                         {"room_version", "11"},
                                                         {"moderator_level", std::int64_t{51}},
                                                         {"owner_level", std::int64_t{90}},
                                                         {"account_prefix", ""},
                                                         {"account_source", "username"},
                                                         {"make_accounts", true},
                                                         {"history_visibility", "shared"},
                                                         {"encryption", false},
                                                         {"federation", true},
                                                         {"second_account", ""},
                                                         {"space", ""},
                                                         {"leavers", "nothing"},
                                                         {"sso_provider", ""},
                                                         {"sso_id", ""},
                                                         {"mas_url", ""},
                                                         {"mas_client_id", ""},
                                                         {"mas_client_secret", ""}});
}

}  // namespace

class_room::class_room(homeserver& server)
    : server_(server), name_(unique_name()), site_(settings_for(server.at())),
      processor_(server.http(), "room-key-of-test-" + name_) {
    processor_.set_room({"Physics 10b", "Mondays", ""});
    processor_.set_site_settings(site_);
    processor_.set_room_settings(room_);
}

user_id class_room::know(core_communication::person who) {
    who.user = user_id{++last_user_};
    processor_.add_person(who);
    return who.user;
}

user_id class_room::enrol(core_communication::room_role role) {
    const auto name = name_ + "-" + std::to_string(last_user_ + 1);
    const auto user = know({user_id{}, name, "Person " + name, "", "", name + "@school.example", {}});
    processor_.want(user, role);
    users_.push_back(user);
    return user;
}

std::vector<user_id> class_room::enrol_many(std::size_t count) {
    std::vector<user_id> users;
    for (std::size_t index = 0; index < count; ++index) users.push_back(enrol());
    return users;
}

std::string class_room::username(user_id user) const { return processor_.people(std::span(&user, 1)).front().username; }
std::string class_room::account(user_id user) const { return server_.account(username(user)); }

void class_room::task(const std::function<void(communication_matrix::communication_feature&)>& work) {
    processor_.forget_verdicts();
    communication_matrix::communication_feature provider;
    provider.load_for_instance(processor_);
    work(provider);
}

void class_room::in_portions(std::span<const user_id> users,
                             const std::function<void(std::span<const user_id>)>& take) {
    constexpr std::size_t portion = 50;  // room_user_provider.hpp, user_provider.hpp
    for (; !users.empty(); users = users.subspan(std::min(portion, users.size())))
        take(users.first(std::min(portion, users.size())));
}

void class_room::provision() {
    task([&](auto& provider) {
        std::vector<user_id> without_account;
        const auto accounts = processor_.accounts(users_);
        for (std::size_t index = 0; index < users_.size(); ++index)
            if (!accounts[index]) without_account.push_back(users_[index]);
        in_portions(without_account, [&](auto portion) { provider.create_members(portion); });
        REQUIRE(processor_.failed().empty());
        REQUIRE(provider.create_chat_room());
        REQUIRE(provider.update_chat_room());
        processor_.forget_verdicts();
        in_portions(users_, [&](auto portion) { provider.add_members_to_room(portion); });
        std::string reasons;
        for (const auto& [user, why] : processor_.failed()) reasons += std::string(why.what()) + "\n";
        REQUIRE(reasons == "");
        REQUIRE(processor_.synced().size() == users_.size());
    });
}

std::string class_room::room_id() const {
    const auto id = processor_.value("room_id");
    REQUIRE(id.has_value());
    return *id;
}

std::vector<user_id> class_room::everybody() const { return users_; }

std::map<std::string, core_communication::remote_member> class_room::synchronise() {
    std::map<std::string, core_communication::remote_member> found;
    task([&](auto& provider) { provider.synchronise_room_members(); });
    REQUIRE(processor_.remote_members().has_value());
    CHECK(processor_.remote_members_are_complete());
    for (const auto& each : *processor_.remote_members()) found.emplace(each.account, each);
    return found;
}

void class_room::set_site(std::string_view name, core_communication::testing::memory_settings::value content) {
    site_.set(name, std::move(content));
    processor_.set_site_settings(site_);
}

void class_room::set_room(std::string_view name, core_communication::testing::memory_settings::value content) {
    room_.set(name, std::move(content));
    processor_.set_room_settings(room_);
}

}  // namespace commhost::test
