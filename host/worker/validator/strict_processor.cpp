#include "worker/validator/strict_processor.hpp"

#include "service/value_rules.hpp"
#include "text/utf8.hpp"

#include <cstdint>
#include <utility>

namespace commhost::worker::validator {

namespace {

/// In bytes, as the SDK says.
constexpr std::size_t longest_account = 255;

std::string number_of(core_communication::user_id user) { return std::to_string(static_cast<std::int64_t>(user)); }

}  // namespace

strict_processor::strict_processor(watcher& over, const strict_services& services, std::string room_key,
                                   bool without_room)
    : memory(services.http, std::move(room_key)), watcher_(over), services_(services), without_room_(without_room) {}

void strict_processor::begin(method which, std::span<const user_id> users) {
    forget_verdicts();
    method_ = which;
    under_way_ = true;
    asked_ = {users.begin(), users.end()};
    decided_.clear();
}

void strict_processor::end() { under_way_ = false; }

core_communication::communication_id strict_processor::id() const {
    watcher_.used("id");
    return without_room_ ? core_communication::communication_id{} : memory::id();
}

const core_communication::instance& strict_processor::owner() const {
    watcher_.used("owner");
    return without_room_ ? nobody_ : memory::owner();
}

std::string_view strict_processor::room_key() const {
    watcher_.used("room_key");
    return without_room_ ? std::string_view() : memory::room_key();
}

const core_communication::room_properties& strict_processor::wanted_room() const {
    watcher_.used("wanted_room");
    return without_room_ ? no_room_ : memory::wanted_room();
}

std::optional<core_communication::picture> strict_processor::avatar() const {
    watcher_.used("avatar");
    return without_room_ ? std::nullopt : memory::avatar();
}

std::vector<core_communication::member> strict_processor::wanted_members() const {
    watcher_.used("wanted_members");
    return without_room_ ? std::vector<core_communication::member>() : memory::wanted_members();
}

std::vector<core_communication::person> strict_processor::people(std::span<const user_id> users) const {
    watcher_.used("people");
    return memory::people(users);
}

std::vector<std::optional<std::string>> strict_processor::accounts(std::span<const user_id> users) const {
    watcher_.used("accounts");
    return memory::accounts(users);
}

std::vector<std::optional<strict_processor::user_id>>
strict_processor::users(std::span<const std::string> accounts) const {
    watcher_.used("users");
    return memory::users(accounts);
}

void strict_processor::set_account(user_id user, std::string_view account, core_communication::account_origin origin) {
    watcher_.used("set_account");
    if (!has_room("set_account")) return;
    const bool is_account =
        !account.empty() && account.size() <= longest_account && text::end_of_valid_utf8(account) == account.size();
    if (static_cast<std::int64_t>(user) <= 0 || !is_account) {
        watcher_.add(rule::accounts, account);
        return;
    }
    memory::set_account(user, account, origin);
}

bool strict_processor::takes_verdict(user_id user) {
    if (!under_way_ || !judges_people(method_) || !asked_.contains(user)) {
        watcher_.add(rule::verdicts, number_of(user));
        return false;
    }
    if (decided_.insert(user).second) return true;
    watcher_.add(rule::one_verdict, number_of(user));
    return false;
}

void strict_processor::mark_users_as_synced(std::span<const user_id> users) {
    watcher_.used("mark_users_as_synced");
    for (const auto user : users)
        if (takes_verdict(user)) memory::mark_users_as_synced({&user, 1});
}

void strict_processor::mark_user_as_failed(user_id user, const core_communication::provider_error& reason) {
    watcher_.used("mark_user_as_failed");
    const std::string said = reason.what();
    if (services_.blank(said) != said) watcher_.add(rule::secrets, services_.blank(said));
    if (takes_verdict(user)) memory::mark_user_as_failed(user, reason);
}

void strict_processor::set_remote_members(std::vector<core_communication::remote_member> members, bool complete) {
    watcher_.used("set_remote_members");
    if (!has_room("set_remote_members")) return;
    if (remote_members()) {
        watcher_.add(rule::members, "set_remote_members");
        return;
    }
    for (const auto& each : members)
        if (each.account.empty() || text::end_of_valid_utf8(each.account) != each.account.size())
            watcher_.add(rule::accounts, each.account);
    memory::set_remote_members(std::move(members), complete);
}

bool strict_processor::has_room(std::string_view to_set) {
    if (!without_room_) return true;
    watcher_.add(rule::no_room, to_set);
    return false;
}

void strict_processor::check_pair(std::string_view key, std::string_view value) {
    const std::string stored(value);
    if (services_.blank(stored) != stored) watcher_.add(rule::secrets, std::string("set_value: ").append(key));
    try {
        service::check_key(key);
        service::check_value(key, value);
    } catch (const core_communication::provider_error& refused) {
        watcher_.add(rule::values, refused.what());
        throw;
    }
}

std::optional<std::string> strict_processor::value(std::string_view key) const {
    watcher_.used("value");
    return without_room_ ? std::nullopt : memory::value(key);
}

void strict_processor::set_value(std::string_view key, std::string_view value) {
    watcher_.used("set_value");
    if (!has_room("set_value")) return;
    check_pair(key, value);
    memory::set_value(key, value);
}

void strict_processor::erase_value(std::string_view key) {
    watcher_.used("erase_value");
    if (has_room("erase_value")) memory::erase_value(key);
}

std::optional<std::string> strict_processor::site_value(std::string_view key) const {
    watcher_.used("site_value");
    return without_room_ ? std::nullopt : memory::site_value(key);
}

void strict_processor::set_site_value(std::string_view key, std::string_view value) {
    watcher_.used("set_site_value");
    if (!has_room("set_site_value")) return;
    check_pair(key, value);
    memory::set_site_value(key, value);
}

void strict_processor::erase_site_value(std::string_view key) {
    watcher_.used("erase_site_value");
    if (has_room("erase_site_value")) memory::erase_site_value(key);
}

std::vector<core_communication::person_picture> strict_processor::pictures(std::span<const user_id> users) const {
    watcher_.used("pictures");
    return memory::pictures(users);
}

std::optional<core_communication::picture> strict_processor::read_picture(user_id user) const {
    watcher_.used("read_picture");
    return memory::read_picture(user);
}

void strict_processor::note_pictures(std::span<const core_communication::picture_note> notes) {
    watcher_.used("note_pictures");
    if (!has_room("note_pictures")) return;
    for (const auto& each : notes)
        if (services_.blank(each.note) != each.note) watcher_.add(rule::secrets, "note_pictures");
    try {
        memory::note_pictures(notes);
    } catch (const core_communication::provider_error& refused) {
        watcher_.add(rule::values, refused.what());
        throw;
    }
}

const core_communication::settings& strict_processor::site_settings() const {
    watcher_.used("site_settings");
    return services_.site;
}

const core_communication::settings& strict_processor::room_settings() const {
    watcher_.used("room_settings");
    return services_.room;
}

const core_communication::strings& strict_processor::text() const {
    watcher_.used("text");
    return services_.strings;
}

core_communication::http_service& strict_processor::http() {
    watcher_.used("http");
    return services_.http;
}

core_communication::logger& strict_processor::log() {
    watcher_.used("log");
    return services_.log;
}

const core_communication::cancellation& strict_processor::cancellation() const {
    watcher_.used("cancellation");
    return services_.cancellation;
}

}  // namespace commhost::worker::validator
