#include "communication/difference.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

using namespace commhost;
using core_communication::room_role;
using core_communication::user_id;
namespace json = boost::json;

namespace {

user_id id_of(std::string_view text) { return user_id{std::stoll(std::string(text))}; }

room_role role_of(const json::value& text) {
    for (const auto& [name, role] :
         {std::pair("member", room_role::member), std::pair("moderator", room_role::moderator),
          std::pair("owner", room_role::owner)})
        if (text.as_string() == name) return role;
    throw std::invalid_argument("no role: " + json::serialize(text));
}

std::vector<core_communication::member> members_of(const json::value* people) {
    std::vector<core_communication::member> members;
    if (people == nullptr) return members;
    for (const auto& [user, role] : people->as_object()) members.push_back({id_of(user), role_of(role)});
    std::sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return a.user < b.user; });
    return members;
}

std::vector<communication::known_member> known_of(const json::value& people) {
    std::vector<communication::known_member> known;
    for (const auto& [user, on_record] : people.as_object()) {
        const auto* synced = on_record.as_object().if_contains("synced");
        known.push_back({id_of(user), on_record.at("account").as_bool(), synced != nullptr,
                         synced == nullptr ? room_role::member : role_of(*synced), std::nullopt,
                         on_record.as_object().contains("account_refused"), on_record.as_object().contains("adopted")});
    }
    return known;
}

core_communication::presence presence_of(const json::object& found) {
    using core_communication::presence;
    const auto* word = found.if_contains("presence");
    if (word == nullptr) return presence::joined;
    for (const auto& [name, how] : {std::pair("invited", presence::invited), std::pair("left", presence::left),
                                    std::pair("banned", presence::banned)})
        if (word->as_string() == name) return how;
    throw std::invalid_argument("no presence: " + json::serialize(*word));
}

std::optional<communication::observation> seen_of(const json::value* seen) {
    if (seen == nullptr) return std::nullopt;
    communication::observation read;
    read.complete = seen->at("complete").as_bool();
    for (const auto& [user, found] : seen->at("members").as_object()) {
        const auto* role = found.as_object().if_contains("role");
        read.members.push_back({id_of(user), role == nullptr ? std::nullopt : std::optional(role_of(*role)),
                                found.as_object().contains("exempt"), presence_of(found.as_object())});
    }
    return read;
}

communication::policy policy_of(const json::value* rules) {
    communication::policy policy;
    if (rules == nullptr) return policy;
    for (const auto& [name, choice] : rules->as_object()) {
        if (name == "unlisted" && choice == "keep")
            policy.unlisted = communication::unlisted_policy::keep;
        else if (name == "unlisted" && choice == "adopt")
            policy.unlisted = communication::unlisted_policy::adopt;
        else if (name == "left" && choice == "respect")
            policy.left = communication::left_policy::respect;
        else
            throw std::invalid_argument("no policy: " + std::string(name));
    }
    return policy;
}

std::vector<user_id> users_of(const json::value* list) {
    std::vector<user_id> users;
    if (list == nullptr) return users;
    for (const auto& user : list->as_array()) users.push_back(user_id{user.as_int64()});
    return users;
}

std::vector<std::filesystem::path> fixtures() {
    const std::filesystem::directory_iterator folder(COMMHOST_DIFFERENCE_FIXTURES);
    std::vector<std::filesystem::path> paths;
    for (const auto& file : folder) paths.push_back(file.path());
    std::sort(paths.begin(), paths.end());
    return paths;
}

}  // namespace

TEST_CASE("the difference between roster, record and server") {
    REQUIRE(fixtures().size() >= 29);
    for (const auto& path : fixtures()) {
        std::ifstream file(path);
        const auto fixture = json::parse(std::string(std::istreambuf_iterator<char>(file), {})).as_object();
        CAPTURE(path.stem().string());
        CAPTURE(std::string(fixture.at("sentence").as_string()));

        const auto result =
            communication::compare(members_of(&fixture.at("wanted")), known_of(fixture.at("known")),
                                   seen_of(fixture.if_contains("seen")), policy_of(fixture.if_contains("policy")));

        const auto& expected = fixture.at("expected").as_object();
        CHECK(result.add == users_of(expected.if_contains("add")));
        CHECK(result.change_role == users_of(expected.if_contains("change_role")));
        CHECK(result.remove == users_of(expected.if_contains("remove")));
        CHECK(result.forget == users_of(expected.if_contains("forget")));
        CHECK(result.banned == users_of(expected.if_contains("banned")));
        CHECK(result.spared == users_of(expected.if_contains("spared")));
        CHECK(result.adopt == members_of(expected.if_contains("adopt")));
        CHECK(result.release == users_of(expected.if_contains("release")));
        CHECK(result.settle == members_of(expected.if_contains("settle")));
    }
}
