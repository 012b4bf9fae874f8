#include "communication/processor.hpp"

#include "communication/accounts.hpp"
#include "communication/codes.hpp"
#include "communication/mentions.hpp"
#include "communication/site.hpp"
#include "directory/picture.hpp"
#include "directory/user.hpp"
#include "message/error.hpp"
#include "service/room_values.hpp"
#include "service/site_values.hpp"
#include "text/utf8.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace commhost::communication {

namespace {

using core_communication::failure;
using core_communication::member;
using core_communication::provider_error;
using core_communication::user_id;

/// So many verdicts are stored at once: a crash repeats at most as many calls, each of which says "already so".
constexpr std::size_t batch = 50;

/// In bytes, as the SDK says.
constexpr std::size_t longest_account = 255;

/// In code points; what a server says at greater length is cut.
constexpr std::size_t longest_reason = 500;

/// The roster's text, cut to what the contract promises a plugin.
std::string at_most(std::string_view text, std::size_t code_points) {
    return std::string(text::first_code_points(text, code_points));
}

}  // namespace

room_processor::room_processor(fenced_database database, const store::clock& clock, std::string_view site,
                               const room& of, const directory::instance& instance, std::vector<member> wanted,
                               const room_services& services, audit::origin by)
    : database_(std::move(database)), clock_(clock), id_(of.id), provider_(of.provider),
      owner_{instance.key.component, instance.key.type, instance.key.external_id},
      room_key_(communication::room_key(site, instance.key)),
      properties_{at_most(instance.name.empty() ? instance.key.external_id : instance.name, 255),
                  at_most(instance.topic, 1000), instance.picture},
      wanted_(std::move(wanted)), services_(services), audit_(std::move(by), of) {}

void room_processor::begin(step next, std::span<const user_id> users) {
    step_ = next;
    undecided_ = {users.begin(), users.end()};
    failed_ = 0;
    known_owners_.clear();
    taken_.clear();
    // Read before the plugin asks who they are: what changes in between is then one call too many, and none too few.
    const bool about_accounts = next == step::create_members || next == step::update_accounts;
    profiles_ = about_accounts ? directory::profiles(*database_.borrow(), users) : std::map<user_id, std::string>();
}

std::size_t room_processor::end() {
    const auto silent = undecided_;
    for (const auto user : silent) {
        note({user, {}, failure::invalid, message::error(MEMBER_NO_VERDICT).text()});
        without_account_.erase(user);  // nobody has said so
    }
    abandon();
    return failed_;
}

void room_processor::abandon() {
    flush();
    undecided_.clear();
    step_ = step::none;
}

std::vector<user_id> room_processor::undecided(std::span<const user_id> users) const {
    std::vector<user_id> left;
    for (const auto user : users) {
        if (undecided_.contains(user)) left.push_back(user);
    }
    return left;
}

std::optional<core_communication::picture> room_processor::avatar() const {
    auto found = directory::find_picture(*database_.borrow(), properties_.avatar_digest);
    return found ? std::optional(std::move(found->content)) : std::nullopt;
}

std::optional<observation> room_processor::take_observation() { return std::exchange(observation_, std::nullopt); }

std::vector<core_communication::person> room_processor::people(std::span<const user_id> users) const {
    const auto found = directory::people(*database_.borrow(), users);
    std::map<user_id, const core_communication::person*> by_id;
    for (const auto& person : found) by_id[person.user] = &person;
    std::vector<core_communication::person> people;
    for (const auto user : users) {
        const auto known = by_id.find(user);
        people.push_back(known == by_id.end() ? core_communication::person{user, {}, {}, {}, {}, {}, {}}
                                              : *known->second);
    }
    return people;
}

std::vector<std::optional<std::string>> room_processor::accounts(std::span<const user_id> users) const {
    const auto stored = accounts_of(*database_.borrow(), provider_, users);
    std::vector<std::optional<std::string>> accounts;
    for (const auto user : users) {
        std::optional<std::string> account;
        if (const auto told = new_accounts_.find(user); told != new_accounts_.end()) {
            account = told->second.account;
        } else {
            const auto& known = static_cast<std::int64_t>(user) < 0 ? strangers_ : stored;
            if (const auto found = known.find(user); found != known.end()) account = found->second;
        }
        accounts.push_back(std::move(account));
    }
    return accounts;
}

std::vector<std::optional<user_id>> room_processor::users(std::span<const std::string> accounts) const {
    // What is no account of anybody is asked for in a statement that takes text alone.
    std::vector<std::string> asked;
    for (const auto& account : accounts) {
        if (text::end_of_valid_utf8(account) == account.size()) asked.push_back(account);
    }
    auto owners = owners_of(*database_.borrow(), provider_, asked);
    for (const auto& [user, told] : new_accounts_) owners.emplace(told.account, user);
    std::vector<std::optional<user_id>> users;
    for (const auto& account : accounts) {
        const auto owner = owners.find(account);
        users.push_back(owner == owners.end() ? std::nullopt : std::optional(owner->second));
        known_owners_.insert_or_assign(account, users.back());
    }
    return users;
}

void room_processor::set_account(user_id user, std::string_view account, core_communication::account_origin origin) {
    if (static_cast<std::int64_t>(user) <= 0)
        throw std::logic_error("set_account: only people of the roster can be given an account");
    const std::string name(account);
    if (name.empty() || name.size() > longest_account || text::end_of_valid_utf8(name) != name.size())
        throw std::logic_error("set_account: an account is UTF-8 of 1 to 255 bytes, without NUL");
    // Whose it is the database says when the accounts of a batch are stored (flush): a question for each would be as many.
    auto& owner = known_owners_[name];
    if (owner && *owner != user)
        throw provider_error(failure::conflict, message::error(MEMBER_ACCOUNT_TAKEN, {{"account", name}}).text());
    owner = user;
    taken_.erase(user);
    new_accounts_[user] = {name, origin};
    if (names_) names_->add(name);
}

void room_processor::mark_users_as_synced(std::span<const user_id> users) {
    for (const auto user : users) {
        const auto found = std::lower_bound(wanted_.begin(), wanted_.end(), user,
                                            [](const member& each, user_id id) { return each.user < id; });
        const auto role = found != wanted_.end() && found->user == user ? found->role : core_communication::room_role{};
        note({user, role, std::nullopt, {}});
    }
}

void room_processor::mark_user_as_failed(user_id user, const provider_error& reason) {
    note({user, {}, reason.kind(), reason.what()});
}

void room_processor::set_remote_members(std::vector<core_communication::remote_member> members, bool complete) {
    std::vector<std::string> accounts;
    for (const auto& each : members) {
        if (text::end_of_valid_utf8(each.account) != each.account.size())
            throw provider_error(failure::invalid, message::phrase("reason_account_not_utf8"));
        accounts.push_back(each.account);
    }
    const auto owners = owners_of(*database_.borrow(), provider_, accounts);

    strangers_.clear();
    observation read;
    read.complete = complete;
    for (auto& each : members) {
        const auto owner = owners.find(each.account);
        user_id user{};
        const bool exempt = each.exempt || is_exempt(rules_, each.account);
        using core_communication::presence;
        if (owner != owners.end()) {
            user = owner->second;
        } else if (each.presence == presence::left || each.presence == presence::banned) {
            continue;  // neither of the roster nor in the room
        } else {
            user = user_id{-1 - static_cast<std::int64_t>(strangers_.size())};
            if (names_) names_->add(each.account);
            strangers_.emplace(user, std::move(each.account));
        }
        read.members.push_back({user, each.role, exempt, each.presence});
    }
    observation_ = std::move(read);
}

std::optional<std::string> room_processor::value(std::string_view key) const {
    return service::room_value(*database_.borrow(), id_, key);
}

void room_processor::set_value(std::string_view key, std::string_view value) {
    database_.transact([&](store::connection& on) { service::set_room_value(on, id_, key, value); });
}

void room_processor::erase_value(std::string_view key) {
    database_.transact([&](store::connection& on) { service::erase_room_value(on, id_, key); });
}

std::optional<std::string> room_processor::site_value(std::string_view key) const {
    return service::site_value(*database_.borrow(), provider_, key);
}

void room_processor::set_site_value(std::string_view key, std::string_view value) {
    database_.transact([&](store::connection& on) { service::set_site_value(on, provider_, key, value); });
}

void room_processor::erase_site_value(std::string_view key) {
    database_.transact([&](store::connection& on) { service::erase_site_value(on, provider_, key); });
}

void room_processor::note(verdict each) {
    if (undecided_.erase(each.user) == 0)
        throw std::logic_error("a verdict on a person who was not asked about, or had one already");
    if (const auto taken = taken_.find(each.user); taken != taken_.end() && !each.failed) {
        each.failed = failure::conflict;
        each.reason = taken->second;
    }
    each.reason = shortened(
        services_.blank(std::move(each.reason)), [this]() -> const uncut_names& { return names(); }, longest_reason);
    if (each.failed) {
        count_as_failed(each.user);
        // The other kinds do not say that there is no account of this person's in the room.
        if (step_ == step::create_members && each.failed == failure::rejected) without_account_.insert(each.user);
    }
    if (each.failed && static_cast<std::int64_t>(each.user) < 0)
        strangers_left_ = {strangers_left_.number + 1, each.reason};
    verdicts_.push_back(std::move(each));
    if (verdicts_.size() >= batch) flush();
}

const uncut_names& room_processor::names() {
    if (!names_) {
        names_.emplace(names_in(*database_.borrow(), id_));
        for (const auto& [user, told] : new_accounts_) names_->add(told.account);
        for (const auto& [user, account] : strangers_) names_->add(account);
    }
    return *names_;
}

void room_processor::count_as_failed(user_id user) {
    ++failed_;
    refused_.insert(user);
}

std::map<user_id, std::string> room_processor::shown_now(std::span<const verdict> decided) const {
    std::map<user_id, std::string> shown;
    for (const auto& each : decided) {
        const auto profile = profiles_.find(each.user);
        if (!each.failed && profile != profiles_.end()) shown.insert(*profile);
    }
    return shown;
}

void room_processor::store_accounts(store::connection& on, const std::map<user_id, told_account>& accounts,
                                    store::milliseconds_utc now, std::map<user_id, std::string>& taken) const {
    if (accounts.empty()) return;
    std::vector<user_id> users;
    for (const auto& [user, told] : accounts) users.push_back(user);
    const auto before = accounts_of(on, provider_, users);
    const auto refused = record_accounts(on, provider_, accounts);
    for (const auto user : refused)
        taken[user] = message::error(MEMBER_ACCOUNT_TAKEN, {{"account", accounts.at(user).account}}).text();
    audit_.record_accounts(on, before, accounts, refused, now);
}

void room_processor::store_verdicts(store::connection& on, std::span<const verdict> decided,
                                    store::milliseconds_utc now) const {
    const auto done = [&](std::string_view action, room_audit::roles shown = room_audit::roles::none) {
        audit_.record_done(on, action, decided, shown, strangers_, now);
    };
    switch (step_) {
        case step::put_into_room:
            record_in_room(on, id_, decided, now);
            done("put_into_room", room_audit::roles::given);
            break;
        case step::give_role:
            record_in_room(on, id_, decided, now);
            done("room_role_given", room_audit::roles::given);
            break;
        case step::remove_from_room:
            record_out_of_room(on, id_, decided, now);
            done("taken_out_of_room");
            break;
        case step::create_members:
            record_reasons(on, id_, decided, now);
            record_profiles(on, provider_, shown_now(decided));
            break;
        case step::update_accounts:
            record_failures(on, id_, decided, now);
            record_profiles(on, provider_, shown_now(decided));
            done("account_updated");
            break;
        case step::none: record_reasons(on, id_, decided, now); break;
    }
}

void room_processor::flush() {
    const auto accounts = std::exchange(new_accounts_, {});
    auto verdicts = std::exchange(verdicts_, {});
    if (accounts.empty() && verdicts.empty()) return;
    const auto now = clock_.now();
    std::map<user_id, std::string> taken;
    std::vector<user_id> failed_only_now;
    // Who was put in is found in the room once more. Who was removed is not, and nothing but the audit tells why.
    const auto how = step_ == step::remove_from_room ? store::durability::at_once : store::durability::soon;
    const auto work = [&](store::connection& on) {
        taken.clear();  // a transaction may be tried again
        failed_only_now.clear();
        auto decided = verdicts;
        store_accounts(on, accounts, now, taken);
        for (auto& each : decided) {
            const auto found = taken.find(each.user);
            if (found == taken.end() || each.failed) continue;
            each.failed = failure::conflict;
            each.reason = found->second;
            failed_only_now.push_back(each.user);
        }
        for (const auto& [user, reason] : taken) {
            const bool has_verdict =
                std::any_of(decided.begin(), decided.end(), [&](const verdict& each) { return each.user == user; });
            // Whose verdict is still to come is told by then (note).
            if (!has_verdict && !undecided_.contains(user)) decided.push_back({user, {}, failure::conflict, reason});
        }
        store_verdicts(on, decided, now);
    };
    database_.transact(work, how);
    taken_.merge(taken);
    for (const auto user : failed_only_now) count_as_failed(user);
}

}  // namespace commhost::communication
