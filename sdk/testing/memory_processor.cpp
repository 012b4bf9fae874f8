#include <core_communication/testing/memory_processor.hpp>
#include <core_communication/testing/scripted_http.hpp>

#include <algorithm>
#include <stdexcept>

namespace core_communication::testing {

namespace {

constexpr std::size_t key_limit = 64;
constexpr std::size_t value_limit = 64U << 10U;
constexpr std::size_t account_limit = 255;
constexpr std::size_t site_values_limit = 256;
constexpr std::size_t note_limit = 1000;

/// Whether text is UTF-8 (RFC 3629) without NUL.
bool is_text(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto byte = [&](std::size_t index) { return static_cast<unsigned char>(text[index]); };
        const auto first = byte(at);
        const std::size_t length = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        if (first == 0 || length == 0 || first > 0xF4 || at + length > text.size()) return false;
        for (std::size_t next = 1; next < length; ++next)
            if ((byte(at + next) & 0xC0U) != 0x80U) return false;
        if (length > 2) {
            const auto second = byte(at + 1);
            const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
            const bool surrogate = first == 0xED && second > 0x9F;
            if (overlong || surrogate || (first == 0xF4 && second > 0x8F)) return false;
        }
        at += length;
    }
    return true;
}

bool has_control_character(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char each) {
        const auto byte = static_cast<unsigned char>(each);
        return byte < 0x20 || byte == 0x7F;
    });
}

bool is_room_key(std::string_view text) {
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789-";
    return text.size() >= 16 && text.size() <= 40 && text.find_first_not_of(allowed) == std::string_view::npos;
}

void check_pair(std::string_view key, std::string_view value) {
    if (key.empty() || key.size() > key_limit || value.size() > value_limit)
        throw provider_error(failure::invalid, "a key has 1 to 64 bytes, a value up to 64 KiB");
    if (!is_text(key) || !is_text(value) || has_control_character(key))
        throw provider_error(failure::invalid, "a key or value is no text");
}

}  // namespace

memory_processor::memory_processor(core_communication::http_service& http, std::string room_key)
    : http_(http), room_key_(std::move(room_key)) {
    if (!is_room_key(room_key_)) throw std::logic_error("a room's key is 16 to 40 characters of a-z, 0-9 and '-'");
}

void memory_processor::add_person(person who) { people_.insert_or_assign(who.user, std::move(who)); }

void memory_processor::want(user_id user, core_communication::room_role role) { wanted_.insert_or_assign(user, role); }

user_id memory_processor::add_stranger(std::string account) {
    const auto lowest =
        accounts_.empty() ? 0 : std::min<std::int64_t>(0, static_cast<std::int64_t>(accounts_.begin()->first));
    const user_id stranger{lowest - 1};
    accounts_.emplace(stranger, std::move(account));
    return stranger;
}

void memory_processor::forget_verdicts() {
    synced_.clear();
    failed_.clear();
    remote_members_.reset();
    remote_members_are_complete_ = false;
    silent_.clear();
    log_.forget();
}

void memory_processor::ask(std::span<const user_id> users, const std::function<void()>& call) {
    forget_verdicts();
    silent_ = {users.begin(), users.end()};
    asking_ = true;
    try {
        call();
    } catch (...) {
        asking_ = false;
        throw;
    }
    asking_ = false;
}

void memory_processor::decide(user_id user) {
    if (asking_ && silent_.erase(user) == 0)
        throw std::logic_error("a verdict on a person who was not asked about, or had one already");
}

void memory_processor::cancel() {
    cancellation_.request();
    if (auto* scripted = dynamic_cast<scripted_http*>(&http_)) scripted->cancel();
}

std::vector<core_communication::member> memory_processor::wanted_members() const {
    std::vector<core_communication::member> members;
    for (const auto& [user, role] : wanted_) members.push_back({user, role});
    return members;
}

std::vector<person> memory_processor::people(std::span<const user_id> users) const {
    std::vector<person> found;
    for (const auto user : users) {
        const auto known = people_.find(user);
        found.push_back(known == people_.end() ? person{user, "", "", "", "", "", {}} : known->second);
    }
    return found;
}

std::vector<std::optional<std::string>> memory_processor::accounts(std::span<const user_id> users) const {
    std::vector<std::optional<std::string>> found;
    for (const auto user : users) {
        const auto known = accounts_.find(user);
        found.push_back(known == accounts_.end() ? std::nullopt : std::optional(known->second));
    }
    return found;
}

std::optional<core_communication::picture> memory_processor::avatar() const {
    ++pictures_read_;
    return picture_;
}

void memory_processor::set_picture_of(user_id user, std::string digest,
                                      std::optional<core_communication::picture> picture) {
    if (picture)
        pictures_of_people_.insert_or_assign(user, std::pair(std::move(digest), *std::move(picture)));
    else
        pictures_of_people_.erase(user);
}

std::vector<person_picture> memory_processor::pictures(std::span<const user_id> users) const {
    std::vector<person_picture> found;
    for (const auto user : users) {
        const auto known = pictures_of_people_.find(user);
        const auto noted = notes_.find(user);
        found.push_back({user, known == pictures_of_people_.end() ? "" : known->second.first,
                         noted == notes_.end() ? "" : noted->second});
    }
    return found;
}

std::optional<core_communication::picture> memory_processor::read_picture(user_id user) const {
    ++pictures_of_people_read_;
    const auto known = pictures_of_people_.find(user);
    return known == pictures_of_people_.end() ? std::nullopt : std::optional(known->second.second);
}

void memory_processor::note_pictures(std::span<const picture_note> notes) {
    for (const auto& each : notes)
        if (each.note.size() > note_limit || !is_text(each.note))
            throw provider_error(failure::invalid, "a note about a picture is text of at most 1,000 bytes");
    for (const auto& each : notes)
        if (accounts_.contains(each.user)) notes_.insert_or_assign(each.user, each.note);
}

std::vector<std::optional<user_id>> memory_processor::users(std::span<const std::string> accounts) const {
    std::vector<std::optional<user_id>> found;
    for (const auto& account : accounts) {
        const auto owner = std::find_if(accounts_.begin(), accounts_.end(), [&](const auto& each) {
            return each.second == account && static_cast<std::int64_t>(each.first) > 0;
        });
        found.push_back(owner == accounts_.end() ? std::nullopt : std::optional(owner->first));
    }
    return found;
}

void memory_processor::set_account(user_id user, std::string_view account, core_communication::account_origin origin) {
    if (static_cast<std::int64_t>(user) <= 0) throw std::logic_error("only people of the roster are given accounts");
    if (account.empty() || account.size() > account_limit || !is_text(account))
        throw std::logic_error("an account is UTF-8 of 1 to 255 bytes, without NUL");
    for (const auto& [other, theirs] : accounts_)
        if (other != user && theirs == account)
            throw provider_error(failure::conflict, std::string(account) + " is another person's account");
    const auto [known, is_new] = accounts_.try_emplace(user, account);
    if (!is_new && known->second != account) notes_.erase(user);
    known->second = account;
    if (origin == core_communication::account_origin::made) made_.insert(user);
}

void memory_processor::mark_users_as_synced(std::span<const user_id> users) {
    for (const auto user : users) {
        decide(user);
        if (failed_.contains(user)) throw std::logic_error("a person was marked as failed and as synced");
        synced_.insert(user);
    }
}

void memory_processor::mark_user_as_failed(user_id user, const provider_error& reason) {
    decide(user);
    if (synced_.contains(user)) throw std::logic_error("a person was marked as synced and as failed");
    failed_.insert_or_assign(user, reason);
}

void memory_processor::set_remote_members(std::vector<core_communication::remote_member> members, bool complete) {
    if (remote_members_) throw std::logic_error("the members were handed over twice");
    remote_members_ = std::move(members);
    remote_members_are_complete_ = complete;
}

std::optional<std::string> memory_processor::value(std::string_view key) const {
    const auto found = values_.find(key);
    return found == values_.end() ? std::nullopt : std::optional(found->second);
}

void memory_processor::set_value(std::string_view key, std::string_view value) {
    check_pair(key, value);
    values_.insert_or_assign(std::string(key), std::string(value));
}

void memory_processor::erase_value(std::string_view key) {
    if (const auto found = values_.find(key); found != values_.end()) values_.erase(found);
}

std::optional<std::string> memory_processor::site_value(std::string_view key) const {
    const auto found = site_values_->find(key);
    return found == site_values_->end() ? std::nullopt : std::optional(found->second);
}

void memory_processor::set_site_value(std::string_view key, std::string_view value) {
    check_pair(key, value);
    if (!site_values_->contains(key) && site_values_->size() >= site_values_limit)
        throw provider_error(failure::invalid, "a site has at most 256 values");
    site_values_->insert_or_assign(std::string(key), std::string(value));
}

void memory_processor::erase_site_value(std::string_view key) {
    if (const auto found = site_values_->find(key); found != site_values_->end()) site_values_->erase(found);
}

}  // namespace core_communication::testing
