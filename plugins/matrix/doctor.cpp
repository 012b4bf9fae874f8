#include "doctor.hpp"

#include "answer.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <array>
#include <ctime>

namespace communication_matrix {

using core_communication::diagnosis_outcome;
using core_communication::http_response;
using core_communication::percent_encode;
using core_communication::provider_error;

namespace {

/// The first version with the v3 paths that this plugin uses (Matrix specification, changelog of v1.1).
constexpr std::string_view lowest_version = "v1.1";

/// Above this the server's and our log entries no longer tell what came first.
constexpr std::chrono::seconds clock_tolerance{30};

/// The diagnosis that can be set right.
constexpr std::string_view rate_limit = "rate_limit";

std::string admin_user_path(const std::string& account, std::string_view what) {
    return "/_synapse/admin/v1/users/" + percent_encode(account) + "/" + std::string(what);
}

std::string header_of(const http_response& answer, std::string_view name) {
    for (const auto& [key, value] : answer.headers)
        if (key == name) return value;
    return "";
}

bool is_zero(const boost::json::object& object, std::string_view field) {
    const auto* value = object.if_contains(field);
    return value != nullptr && value->is_int64() && value->get_int64() == 0;
}

}  // namespace

boost::json::object object_or_throw(const http_response& answer, std::string_view doing) {
    if (!succeeded(answer)) throw failure_of(answer, doing);
    return object_in(answer);
}

doctor::doctor(core_communication::processor& processor, client& server, const configuration& site,
               std::chrono::seconds patience)
    : processor_(processor), server_(server), site_(site), patience_(patience) {}

bool doctor::examine(std::string_view id, const std::function<diagnosis_outcome(values& with)>& check) {
    values with;
    auto outcome = diagnosis_outcome::failed;
    try {
        outcome = check(with);
    } catch (const provider_error& failed) {
        // What the server said stands for what was found.
        const auto advice = processor_.text().get("diagnosis_" + std::string(id) + "_advice");
        found_.push_back({std::string(id), diagnosis_outcome::failed, failed.what(), advice});
        return false;
    }
    say(id, outcome, with);
    return outcome == diagnosis_outcome::passed;
}

std::vector<core_communication::diagnosis> doctor::diagnose() {
    found_.clear();
    constexpr std::array needs_address{"versions", "clock", "encryption", "token"};
    constexpr std::array needs_token{"server_name", "admin_rights", "rate_limit", "room_version", "media",
                                     "room_power",  "federation",   "space",      "accounts"};
    const auto skip = [&](std::string_view id) {
        found_.push_back({std::string(id), diagnosis_outcome::skipped, processor_.text().get("diagnosis_skipped"), ""});
    };
    const bool reached = examine("address", [&](values& with) { return examine_address(with); });
    if (reached) {
        examine("versions", [&](values& with) { return examine_versions(with); });
        examine("clock", [&](values& with) { return examine_clock(with); });
        examine("encryption", [&](values& with) { return examine_encryption(with); });
    } else {
        for (const auto* id : needs_address) skip(id);
    }
    if (reached && examine("token", [&](values& with) { return examine_token(with); }))
        examine_as_ourselves();
    else
        for (const auto* id : needs_token) skip(id);
    return std::move(found_);
}

void doctor::examine_as_ourselves() {
    examine("server_name", [&](values& with) { return examine_server_name(with); });
    if (examine("admin_rights", [&](values& with) { return examine_admin_rights(with); }))
        examine("rate_limit", [&](values& with) { return examine_rate_limit(with); });
    else
        found_.push_back({"rate_limit", diagnosis_outcome::skipped, processor_.text().get("diagnosis_skipped"), ""});
    examine("room_version", [&](values& with) { return examine_room_version(with); });
    examine("media", [&](values& with) { return examine_media(with); });
    examine("room_power", [&](values& with) { return examine_room_power(with); });
    examine("federation", [&](values& with) { return examine_federation(with); });
    examine("space", [&](values& with) { return examine_space(with); });
    if (examine("accounts", [&](values& with) { return examine_accounts(with); }) && site_.mas.is_set())
        examine("split_accounts", [&](values& with) { return examine_split_accounts(with); });
}

std::vector<core_communication::repair_offer>
doctor::offer_repairs(std::span<const core_communication::diagnosis> found) const {
    std::vector<core_communication::repair_offer> offers;
    for (const auto& each : found)
        if (each.id == rate_limit && each.outcome == diagnosis_outcome::warning)
            offers.push_back({each.id, processor_.text().get("repair_rate_limit", {{"account", own_account_}})});
    return offers;
}

core_communication::diagnosis doctor::repair(std::string_view id) {
    found_.clear();
    if (id != rate_limit)
        return {std::string(id), diagnosis_outcome::skipped, processor_.text().get("repair_unknown"), ""};
    examine(rate_limit, [&](values& with) {
        own_account_ = server_.own_account();
        // Already exempt: left as it is.
        if (const auto before = examine_rate_limit(with); before == diagnosis_outcome::passed) return before;
        server_.lift_rate_limit(own_account_);
        return examine_rate_limit(with);
    });
    return found_.front();
}

void doctor::say(std::string_view id, diagnosis_outcome outcome, const values& with) {
    const auto key = "diagnosis_" + std::string(id);
    if (outcome == diagnosis_outcome::passed || outcome == diagnosis_outcome::skipped) {
        const auto* const ending = outcome == diagnosis_outcome::passed ? "_passed" : "_skipped";
        found_.push_back({std::string(id), outcome, processor_.text().get(key + ending, with), ""});
        return;
    }
    found_.push_back({std::string(id), outcome, processor_.text().get(key + "_failed", with),
                      processor_.text().get(key + "_advice", with)});
}

diagnosis_outcome doctor::examine_address(values& with) {
    with = {{"url", site_.homeserver_url}};
    versions_ = server_.versions();
    object_or_throw(versions_, "tell its versions");
    return diagnosis_outcome::passed;
}

diagnosis_outcome doctor::examine_versions(values& with) {
    const auto object = object_in(versions_);
    const auto* offered = object.if_contains("versions");
    std::string names;
    bool is_there = false;
    if (offered != nullptr && offered->is_array())
        for (const auto& each : offered->get_array()) {
            if (!each.is_string()) continue;
            const std::string_view name = each.get_string();
            is_there = is_there || name == lowest_version;
            names += (names.empty() ? "" : ", ") + std::string(name);
        }
    with = {{"versions", names}, {"needed", std::string(lowest_version)}};
    return is_there ? diagnosis_outcome::passed : diagnosis_outcome::failed;
}

diagnosis_outcome doctor::examine_clock(values& with) {
    const auto there = time_of(header_of(versions_, "date"));
    if (!there) return diagnosis_outcome::skipped;
    const auto here = std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
    const auto apart = std::chrono::abs(*there - here);
    with = {{"seconds", std::to_string(apart.count())}};
    return apart <= clock_tolerance ? diagnosis_outcome::passed : diagnosis_outcome::warning;
}

diagnosis_outcome doctor::examine_token(values& with) {
    own_account_ = server_.own_account();
    with = {{"account", own_account_}};
    return diagnosis_outcome::passed;
}

diagnosis_outcome doctor::examine_server_name(values& with) {
    const auto colon = own_account_.find(':');
    const auto real = colon == std::string::npos ? std::string() : own_account_.substr(colon + 1);
    with = {{"wanted", site_.server_name}, {"real", real}};
    return real == site_.server_name ? diagnosis_outcome::passed : diagnosis_outcome::failed;
}

diagnosis_outcome doctor::examine_admin_rights(values& with) {
    with = {{"account", own_account_}};
    const auto object =
        object_or_throw(server_.get(admin_user_path(own_account_, "admin")), "say whether we are its admin");
    const auto* admin = object.if_contains("admin");
    return admin != nullptr && admin->is_bool() && admin->get_bool() ? diagnosis_outcome::passed
                                                                     : diagnosis_outcome::failed;
}

diagnosis_outcome doctor::examine_rate_limit(values& with) {
    with = {{"account", own_account_}, {"path", admin_user_path(own_account_, "override_ratelimit")}};
    const auto object =
        object_or_throw(server_.get(admin_user_path(own_account_, "override_ratelimit")), "tell our rate limit");
    // Zero for both means "no limit"; an empty object "as everybody" (Synapse, user admin API, "Override
    // ratelimiting").
    return is_zero(object, "messages_per_second") && is_zero(object, "burst_count") ? diagnosis_outcome::passed
                                                                                    : diagnosis_outcome::warning;
}

diagnosis_outcome doctor::examine_room_version(values& with) {
    const boost::json::value answer =
        object_or_throw(server_.get("/_matrix/client/v3/capabilities"), "tell its room versions");
    std::string names;
    bool is_there = false;
    boost::json::error_code none;
    if (const auto* available = answer.find_pointer("/capabilities/m.room_versions/available", none);
        available != nullptr && available->is_object()) {
        for (const auto& [name, stability] : available->get_object())
            names += (names.empty() ? "" : ", ") + std::string(name);
        is_there = available->get_object().contains(site_.room_version);
    }
    with = {{"version", site_.room_version}, {"versions", names}};
    return is_there ? diagnosis_outcome::passed : diagnosis_outcome::failed;
}

std::optional<std::chrono::sys_seconds> time_of(std::string_view date_header) {
    std::tm read{};
    // Names of days and months are English whatever the locale is; C++ has them from chrono::parse in GCC 14 only.
    constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    // "Sun, 06 Nov 1994 08:49:37 GMT"
    if (date_header.size() != 29 || !date_header.ends_with(" GMT")) return std::nullopt;
    const auto month = std::find(months.begin(), months.end(), date_header.substr(8, 3));
    if (month == months.end()) return std::nullopt;
    bool all_digits = true;
    const auto number = [&](std::size_t at, std::size_t length) {
        int value = 0;
        for (const char digit : date_header.substr(at, length)) {
            all_digits = all_digits && digit >= '0' && digit <= '9';
            value = 10 * value + (digit - '0');
        }
        return value;
    };
    read.tm_mday = number(5, 2);
    read.tm_mon = static_cast<int>(month - months.begin());
    read.tm_year = number(12, 4) - 1900;
    read.tm_hour = number(17, 2);
    read.tm_min = number(20, 2);
    read.tm_sec = number(23, 2);
    if (!all_digits) return std::nullopt;
    return std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::from_time_t(::timegm(&read)));
}

}  // namespace communication_matrix
