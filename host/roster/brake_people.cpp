#include "roster/brake_people.hpp"

#include "directory/merging.hpp"

#include <cstdint>

namespace commhost::roster {

using directory::user_id;

brake_people::brake_people(const directory::stored& stored,
                           const directory::changes_of<directory::user_record, std::string>& changes)
    : stored_(stored) {
    for (const auto& record : changes.inserted)
        appearing_.emplace(record.external_id, user_id{-1 - static_cast<std::int64_t>(appearing_.size())});
    identities said;
    std::set<user_id> by_hand;  // what rosters say of them changes nothing
    for (const auto& row : stored.users) {
        if (!row.merged_by_hand.empty()) by_hand.insert(row.id);
        const auto& into = row.merged_by_hand.empty() ? row.record.merged_into : row.merged_by_hand;
        if (into.empty()) continue;
        if (const auto other = find(into)) said[row.id] = *other;
    }
    before_ = directory::ends_of(said);
    for (const auto* records : {&changes.inserted, &changes.updated})
        for (const auto& record : *records) {
            const auto who = find(record.external_id);
            if (!who || by_hand.contains(*who)) continue;
            said.erase(*who);
            if (record.merged_into.empty()) continue;
            if (const auto other = find(record.merged_into)) said[*who] = *other;
        }
    after_ = directory::ends_of(said);
    names_before_ = inverted(before_);
    names_after_ = inverted(after_);
    for (const auto& [who, other] : before_)
        if (after(who) != after(other)) losing_.insert(other);
    note_inactive(changes);
}

void brake_people::note_inactive(const directory::changes_of<directory::user_record, std::string>& changes) {
    if (after_.empty()) return;
    using directory::user_status;
    std::map<user_id, user_status> status;
    for (const auto& row : stored_.users) status[row.id] = row.record.status;
    for (const auto* records : {&changes.inserted, &changes.updated})
        for (const auto& record : *records)
            if (const auto who = find(record.external_id)) status[*who] = record.status;
    for (const auto& key : changes.deleted)
        if (const auto* found = find_user(stored_, key); found != nullptr && directory::lets_go(*found))
            status[found->id] = user_status::deleted;
    for (const auto& [who, other] : after_)
        if (status[other] != user_status::active) inactive_.insert(other);
}

bool brake_people::active_after(user_id user) const {
    const auto found = after_.find(user);
    return found == after_.end() || !inactive_.contains(found->second);
}

std::optional<user_id> brake_people::find(const std::string& external_id) const {
    if (const auto* row = find_user(stored_, external_id)) return row->id;
    const auto found = appearing_.find(external_id);
    return found == appearing_.end() ? std::nullopt : std::optional(found->second);
}

user_id brake_people::in(const identities& known, user_id user) {
    const auto found = known.find(user);
    return found == known.end() ? user : found->second;
}

brake_people::names_of brake_people::inverted(const identities& known) {
    names_of all;
    for (const auto& [who, other] : known) all[other].push_back(who);
    return all;
}

std::vector<user_id> brake_people::names(const names_of& known, user_id user) {
    std::vector<user_id> all{user};
    if (const auto others = known.find(user); others != known.end())
        all.insert(all.end(), others->second.begin(), others->second.end());
    return all;
}

}  // namespace commhost::roster
