#include "roster/brake_people.hpp"

#include <algorithm>
#include <cstdint>

namespace commhost::roster {

using directory::user_id;

brake_people::brake_people(const std::vector<directory::stored_user>& stored,
                           const directory::changes_of<directory::user_record, std::string>& changes)
    : stored_(stored) {
    for (const auto& record : changes.inserted)
        appearing_.emplace(record.external_id, user_id{-1 - static_cast<std::int64_t>(appearing_.size())});
    for (const auto& row : stored) {
        if (row.record.merged_into.empty()) continue;
        if (const auto other = find(row.record.merged_into)) before_[row.id] = *other;
    }
    after_ = before_;
    for (const auto& record : changes.updated) {
        const auto who = find(record.external_id);
        if (!who) continue;
        after_.erase(*who);
        if (record.merged_into.empty()) continue;
        if (const auto other = find(record.merged_into)) after_[*who] = *other;
    }
    // As directory::apply has it: whoever was merged into somebody who is merged now is the last of them.
    for (auto& [who, other] : after_)
        if (const auto last = after_.find(other); last != after_.end() && last->second != who) other = last->second;
    note_inactive(changes);
}

void brake_people::note_inactive(const directory::changes_of<directory::user_record, std::string>& changes) {
    if (after_.empty()) return;
    using directory::user_status;
    std::map<user_id, user_status> status;
    for (const auto& row : stored_) status[row.id] = row.record.status;
    for (const auto* records : {&changes.inserted, &changes.updated})
        for (const auto& record : *records)
            if (const auto who = find(record.external_id)) status[*who] = record.status;
    for (const auto& key : changes.deleted)
        if (const auto who = find(key)) status[*who] = user_status::deleted;
    for (const auto& [who, other] : after_)
        if (status[other] != user_status::active) inactive_.insert(other);
}

bool brake_people::active_after(user_id user) const {
    const auto found = after_.find(user);
    return found == after_.end() || !inactive_.contains(found->second);
}

std::optional<user_id> brake_people::find(const std::string& external_id) const {
    const auto at = std::lower_bound(stored_.begin(), stored_.end(), external_id,
                                     [](const auto& row, const auto& key) { return row.record.external_id < key; });
    if (at != stored_.end() && at->record.external_id == external_id) return at->id;
    const auto found = appearing_.find(external_id);
    return found == appearing_.end() ? std::nullopt : std::optional(found->second);
}

user_id brake_people::in(const identities& known, user_id user) {
    const auto found = known.find(user);
    return found == known.end() ? user : found->second;
}

std::vector<user_id> brake_people::names(const identities& known, user_id user) {
    std::vector<user_id> all{user};
    for (const auto& [who, other] : known)
        if (other == user) all.push_back(who);
    return all;
}

}  // namespace commhost::roster
