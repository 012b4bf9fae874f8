#include "remote_room.hpp"

#include "common_question.hpp"
#include "stored_time.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <sstream>
#include <utility>

namespace communication_matrix {

namespace {

// What is kept in processor::value.
constexpr std::string_view room_id_key = "room_id";
constexpr std::string_view creating_key = "creating";  // when that began
constexpr std::string_view adopting_key = "adopting";
constexpr std::string_view avatar_key = "avatar";
constexpr std::string_view refused_avatar_key = "avatar_refused";  // "SECONDS DIGEST"
constexpr std::string_view moved_key = "moved";
constexpr std::string_view replaced_key = "replaced";  // ids, a space between them
constexpr std::string_view levels_key = "levels_before_archive";

// What is kept in processor::site_value.
constexpr std::string_view account_key = "account";

/// Tells whether the token is still the one that the stored account was asked with. 32 bits of FNV-1a: enough for that,
/// and far too little to tell anything about a token (http://www.isthe.com/chongo/tech/comp/fnv/).
std::string fingerprint(std::string_view token) {
    std::uint32_t sum = 2166136261U;
    for (const char character : token) sum = (sum ^ static_cast<unsigned char>(character)) * 16777619U;
    return std::to_string(sum);
}

/// Not where something stands in the place of the name: an erasure takes names out of what is kept, also one that is ours.
bool is_account(std::string_view name) { return name.starts_with('@') && name.find(':') != std::string_view::npos; }

}  // namespace

remote_room::remote_room(core_communication::processor& room, client& server, const configuration& site)
    : processor_(room), server_(server), site_(site) {}

std::optional<std::string> remote_room::id() const { return processor_.value(room_id_key); }

std::string remote_room::required_id() const {
    if (auto known = id()) return *known;
    throw core_communication::provider_error(core_communication::failure::invalid, "the room has not been created yet");
}

bool remote_room::creation_begun() const { return processor_.value(creating_key).has_value(); }

bool remote_room::may_be_creating() const {
    // A slow server takes longer than a request of ours may. "1" is kept of rooms that earlier versions began: long ago.
    return is_within(processor_.value(creating_key).value_or(""), std::chrono::minutes(5));
}

void remote_room::begin_creation() { processor_.set_value(creating_key, time_to_store()); }

void remote_room::remember(std::string_view id, room_state state) {
    processor_.set_value(room_id_key, id);  // from here on nobody asks whether it is being made
    state_ = std::move(state);
    read_ = true;
    changed_ = false;
}

void remote_room::forget() {
    processor_.erase_value(room_id_key);
    processor_.erase_value(creating_key);
    processor_.erase_value(avatar_key);
    processor_.erase_value(refused_avatar_key);
    processor_.erase_value(levels_key);
    state_.reset();
    read_ = false;
    new_ = false;
}

void remote_room::move_on(std::string_view id, room_state state, std::span<const std::string> replaced) {
    auto rooms = replaced_rooms();
    for (const auto& each : replaced)
        if (std::find(rooms.begin(), rooms.end(), each) == rooms.end()) rooms.push_back(each);
    store_replaced_rooms(rooms);
    processor_.set_value(moved_key, "1");  // before the id: killed in between, the next task comes here again
    remember(id, std::move(state));
}

bool remote_room::has_moved() const { return processor_.value(moved_key).has_value(); }

void remote_room::end_move() {
    if (has_moved()) processor_.erase_value(moved_key);
}

std::optional<std::string> remote_room::replaced_room() const {
    const auto rooms = replaced_rooms();
    return rooms.empty() ? std::nullopt : std::optional(rooms.back());
}

void remote_room::forget_replaced_room(std::string_view id) {
    auto rooms = replaced_rooms();
    if (std::erase(rooms, id) > 0) store_replaced_rooms(rooms);
}

std::vector<std::string> remote_room::replaced_rooms() const {
    std::istringstream kept(processor_.value(replaced_key).value_or(""));
    return {std::istream_iterator<std::string>(kept), std::istream_iterator<std::string>()};
}

void remote_room::store_replaced_rooms(const std::vector<std::string>& rooms) {
    if (rooms.empty()) {
        processor_.erase_value(replaced_key);
        return;
    }
    std::string kept;
    for (const auto& each : rooms) kept += (kept.empty() ? "" : " ") + each;
    processor_.set_value(replaced_key, kept);
}

void remote_room::begin_adoption(std::string_view id) {
    adopts_ = true;
    if (processor_.value(adopting_key) != id) processor_.set_value(adopting_key, id);
}

void remote_room::end_adoption() {
    if (processor_.value(adopting_key)) processor_.erase_value(adopting_key);
}

std::optional<std::string> remote_room::adoption_left() const {
    return adopts_ ? std::nullopt : processor_.value(adopting_key);
}

std::string remote_room::avatar_digest() const { return processor_.value(avatar_key).value_or(""); }

void remote_room::remember_avatar(std::string_view digest) {
    processor_.set_value(avatar_key, digest);
    if (processor_.value(refused_avatar_key)) processor_.erase_value(refused_avatar_key);
}

bool remote_room::is_avatar_refused(std::string_view digest) const {
    const auto kept = processor_.value(refused_avatar_key);
    return kept && is_within(*kept, std::chrono::hours(24)) && kept->ends_with(" " + std::string(digest));
}

void remote_room::remember_refused_avatar(std::string_view digest) {
    processor_.set_value(refused_avatar_key, time_to_store() + " " + std::string(digest));
}

std::optional<std::string> remote_room::levels_before_archive() const { return processor_.value(levels_key); }

void remote_room::remember_levels_before_archive(std::string_view text) { processor_.set_value(levels_key, text); }

void remote_room::forget_levels_before_archive() { processor_.erase_value(levels_key); }

std::string remote_room::own_account() {
    if (!own_account_.empty()) return own_account_;
    const auto with_token = " " + fingerprint(site_.access_token);
    const auto kept = [&] {
        const auto stored = processor_.site_value(account_key).value_or("");
        return is_account(stored) && stored.ends_with(with_token) ? stored.substr(0, stored.size() - with_token.size())
                                                                  : "";
    };
    own_account_ = kept();
    if (!own_account_.empty()) return own_account_;
    own_account_ = ask_once("own account at " + site_.homeserver_url + with_token, processor_.cancellation(), [&] {
        if (auto meanwhile = kept(); !meanwhile.empty()) return meanwhile;
        auto account = server_.own_account();
        processor_.set_site_value(account_key, account + with_token);
        return account;
    });
    return own_account_;
}

room_state* remote_room::state() {
    if (!read_) {
        state_ = read(required_id());
        read_ = true;
        changed_ = false;
    }
    return state_ ? &*state_ : nullptr;
}

room_state* remote_room::observed_state() {
    if (changed_) read_ = false;
    return state();
}

room_state& remote_room::required(room_state* state) {
    if (state != nullptr) return *state;
    // Of this room alone: with others our account may get on well.
    throw core_communication::provider_error(core_communication::failure::conflict,
                                             own_account() + " is no longer in the room " + required_id() +
                                                 "; invite it there again and give it power level 100, or delete the "
                                                 "room on the server");
}

std::optional<room_state> remote_room::read(std::string_view id) {
    const auto answer = server_.read_state(id);
    if (!answer) return std::nullopt;
    auto state = parse_room_state(*answer);
    // To somebody who has left Synapse gives the state as it was then: an old truth, from which nothing may follow.
    if (!state.has_joined(own_account())) return std::nullopt;
    return state;
}

}  // namespace communication_matrix
