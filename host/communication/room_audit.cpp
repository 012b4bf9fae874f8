#include "communication/room_audit.hpp"

#include "directory/membership.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace commhost::communication {

namespace {

namespace json = boost::json;
using audit::subject_kind;
using core_communication::account_origin;
using core_communication::member;
using core_communication::user_id;

std::string role_json(core_communication::room_role role) {
    return json::serialize(json::object{{"role", directory::to_string(role)}});
}

}  // namespace

std::string account_json(const std::string& account) { return json::serialize(json::object{{"account", account}}); }

std::optional<std::string> account_in(std::string_view text) {
    json::error_code failed;
    const auto document = json::parse(text, failed);
    const auto* account = !failed && document.is_object() ? document.get_object().if_contains("account") : nullptr;
    if (account == nullptr || !account->is_string()) return std::nullopt;
    return std::string(account->get_string());
}

audit::entry room_audit::entry_of(subject_kind kind, std::string_view action) const {
    return {by_, {kind, static_cast<std::int64_t>(instance_), room_, std::nullopt, provider_}, std::string(action)};
}

void room_audit::record_room(store::connection& within, std::string_view action, store::milliseconds_utc now) const {
    audit::record(within, entry_of(subject_kind::room, action), now);
}

void room_audit::record_adopted(store::connection& within, std::string_view address,
                                store::milliseconds_utc now) const {
    auto made = entry_of(subject_kind::room, "room_adopted");
    made.after = json::serialize(json::object{{"address", address}});
    audit::record(within, made, now);
}

void room_audit::record_people(store::connection& within, std::string_view action, std::span<const member> people,
                               store::milliseconds_utc now) const {
    std::vector<audit::entry> entries;
    for (const auto& each : people) {
        auto& made = entries.emplace_back(entry_of(subject_kind::membership, action));
        made.about.user = each.user;
        made.after = role_json(each.role);
    }
    audit::record(within, entries, now);
}

void room_audit::record_people(store::connection& within, std::string_view action, std::span<const user_id> people,
                               store::milliseconds_utc now) const {
    std::vector<audit::entry> entries;
    for (const auto user : people) entries.emplace_back(entry_of(subject_kind::membership, action)).about.user = user;
    audit::record(within, entries, now);
}

void room_audit::record_done(store::connection& within, std::string_view action, std::span<const verdict> verdicts,
                             roles shown, const std::map<user_id, std::string>& strangers,
                             store::milliseconds_utc now) const {
    std::vector<audit::entry> entries;
    for (const auto& each : verdicts) {
        if (each.failed) continue;
        auto& made = entries.emplace_back(entry_of(subject_kind::membership, action));
        if (static_cast<std::int64_t>(each.user) > 0) {
            made.about.user = each.user;
        } else if (const auto stranger = strangers.find(each.user); stranger != strangers.end()) {
            made.before = account_json(stranger->second);
        }
        if (shown == roles::given) made.after = role_json(each.role);
    }
    audit::record(within, entries, now);
}

void room_audit::record_accounts(store::connection& within, const std::map<user_id, std::string>& before,
                                 const std::map<user_id, told_account>& told, std::span<const user_id> refused,
                                 store::milliseconds_utc now) const {
    std::vector<audit::entry> entries;
    for (const auto& [user, account] : told) {
        const auto had = before.find(user);
        if (had != before.end() && had->second == account.account) continue;
        if (std::find(refused.begin(), refused.end(), user) != refused.end()) continue;
        const bool was_made = account.origin == account_origin::made;
        auto& made = entries.emplace_back(entry_of(subject_kind::user, was_made ? "account_made" : "account_found"));
        made.about.user = user;
        if (had != before.end()) made.before = account_json(had->second);
        made.after = account_json(account.account);
    }
    audit::record(within, entries, now);
}

}  // namespace commhost::communication
