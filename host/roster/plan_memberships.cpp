#include "roster/plan_memberships.hpp"

#include "roster/codes.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace commhost::roster {

namespace {

class membership_plan {
  public:
    membership_plan(const directory::stored& stored, user_plan& users, instance_plan& instances, const planning& how,
                    plan& into)
        : stored_(stored), users_(users), instances_(instances), how_(how), plan_(into),
          seen_(stored.memberships.size()) {}

    void compare(roster& wanted) {
        const std::unordered_set<std::string_view> unreadable(wanted.unreadable_memberships.begin(),
                                                              wanted.unreadable_memberships.end());
        auto& doubted = wanted.unreadable_members;
        std::sort(doubted.begin(), doubted.end());
        const auto is_doubted = [&](const instance_key& instance, const std::string& user) {
            return !doubted.empty() &&
                   std::binary_search(doubted.begin(), doubted.end(), roster::member{instance, user});
        };
        // Named with another user or instance than it is stored with: a source that has ids has moved it. Where what a
        // full roster does not name goes at once, it goes in any case.
        std::unordered_set<std::string_view> named;
        if (wanted.memberships_scope == scope::partial || how_.absent.after_reads != 1)
            for (const auto& entry : wanted.memberships)
                if (!entry.record.key.reference.empty()) named.insert(entry.record.key.reference);
        for (auto& entry : wanted.memberships) compare(entry, wanted);
        if (how_.held != nullptr && wanted.memberships_scope == scope::partial) carry(how_.held->memberships);
        index_stored();
        for (std::size_t index = 0; index < stored_.memberships.size(); ++index) {
            const auto& row = stored_.memberships[index];
            const auto& instance = *instance_of_.at(row.instance);
            const auto& user = *user_of_.at(row.user);
            const bool gone = instance.going || user.going;
            const bool unproven = unreadable.contains(row.reference) || left_out_.contains(row.reference) ||
                                  is_doubted(instance.stored->record.key, user.stored->record.external_id);
            const bool moved = !unproven && named.contains(row.reference);
            const bool absent = !unproven && wanted.memberships_scope == scope::full;
            const auto key = [&] {
                return directory::membership_key{instance.stored->record.key, user.stored->record.external_id,
                                                 row.reference};
            };
            if (seen_[index] == fate::kept) {
                if (row.absence.reads > 0) plan_.changes.memberships.absent.push_back({key(), {}});
                continue;
            }
            if (seen_[index] == fate::unknown && !gone && !moved) {
                if (!absent) continue;
                if (const auto mark = missed_again(row.absence, how_.absent, how_.now, how_.same_read)) {
                    if (*mark != row.absence) plan_.changes.memberships.absent.push_back({key(), *mark});
                    continue;
                }
            }
            carried_.erase(index);
            plan_.changes.memberships.deleted.push_back(key());
        }
        for (const auto& [index, record] : carried_) plan_.changes.memberships.updated.push_back(*record);
        // The named references point into the records: they move now.
        for (auto* entry : inserted_) plan_.changes.memberships.inserted.push_back(std::move(entry->record));
        for (auto* entry : updated_) plan_.changes.memberships.updated.push_back(std::move(entry->record));
    }

  private:
    enum class fate : std::uint8_t { unknown, kept, removed };
    using membership_entry = entry<directory::membership_record>;

    /// From a stored row's numbers to what is known of its instance and its user.
    void index_stored() {
        for (auto& [key, known] : instances_.all())
            if (known.stored != nullptr) instance_of_[known.stored->id] = &known;
        for (auto& [key, known] : users_.all())
            if (known.stored != nullptr) user_of_[known.stored->id] = &known;
    }

    void compare(membership_entry& entry, roster& wanted) {
        const auto& key = entry.record.key;
        const auto* instance = instances_.find(key.instance);
        const auto* user = users_.find(key.user);
        const auto index = find(instance, user, key.reference);
        if (entry.removed) {
            if (index != none) seen_[index] = fate::removed;
            return;
        }
        const bool instance_there = instance != nullptr && instance->there;
        const bool user_there = user != nullptr && user->there;
        if (!instance_there || !user_there) {
            // What the roster itself names as removed takes its memberships along: no fault of the membership's row.
            const bool removed = (instance != nullptr && instance->removed) || (user != nullptr && user->removed);
            if (!removed) leave_out(entry, wanted, instance_there);
            return;
        }
        if (index == none) {
            inserted_.push_back(&entry);
            return;
        }
        seen_[index] = fate::kept;
        if (!equal(entry.record, stored_.memberships[index])) updated_.push_back(&entry);
    }

    /// As kind_plan::carry.
    void carry(const directory::changes_of<directory::membership_record, directory::membership_key>& held) {
        const auto silent = [&](const directory::membership_key& key) {
            const auto index = find(instances_.find(key.instance), users_.find(key.user), key.reference);
            return index != none && seen_[index] == fate::unknown ? index : none;
        };
        for (const auto& key : held.deleted)
            if (const auto index = silent(key); index != none) seen_[index] = fate::removed;
        for (const auto& record : held.updated) {
            const auto index = silent(record.key);
            if (index == none || equal(record, stored_.memberships[index])) continue;
            carried_.emplace(index, &record);
        }
    }

    void leave_out(const membership_entry& entry, roster& wanted, bool instance_there) {
        const auto& key = entry.record.key;
        if (!key.reference.empty()) left_out_.insert(key.reference);
        if (instance_there) {
            wanted.problems.add({ROSTER_UNKNOWN_USER, wanted.where(entry.from), {{"user", key.user}}, true});
        } else {
            wanted.problems.add(
                {ROSTER_UNKNOWN_INSTANCE, wanted.where(entry.from), {{"instance", key.instance.external_id}}, true});
        }
    }

    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    std::size_t find(const known<stored_instance>* instance, const known<stored_user>* user,
                     const std::string& reference) const {
        if (instance == nullptr || user == nullptr || instance->stored == nullptr || user->stored == nullptr)
            return none;
        const auto wanted = std::tie(instance->stored->id, user->stored->id, reference);
        const auto at = std::lower_bound(stored_.memberships.begin(), stored_.memberships.end(), wanted,
                                         [](const stored_membership& row, const auto& key) {
                                             return std::tie(row.instance, row.user, row.reference) < key;
                                         });
        if (at == stored_.memberships.end() || std::tie(at->instance, at->user, at->reference) != wanted) return none;
        return static_cast<std::size_t>(at - stored_.memberships.begin());
    }

    const directory::stored& stored_;
    user_plan& users_;
    instance_plan& instances_;
    const planning& how_;
    plan& plan_;
    std::unordered_map<directory::instance_id, const known<stored_instance>*> instance_of_;
    std::unordered_map<directory::user_id, const known<stored_user>*> user_of_;
    std::vector<fate> seen_;
    std::unordered_set<std::string_view> left_out_;
    std::vector<membership_entry*> inserted_;
    std::vector<membership_entry*> updated_;
    std::map<std::size_t, const directory::membership_record*> carried_;  ///< By the row that they change.
};

}  // namespace

void compare_memberships(roster& wanted, const directory::stored& stored, user_plan& users, instance_plan& instances,
                         const planning& how, plan& into) {
    membership_plan(stored, users, instances, how, into).compare(wanted);
}

}  // namespace commhost::roster
