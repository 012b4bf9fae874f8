#include "roster/merging.hpp"

#include "roster/codes.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace commhost::roster {

void settle_merged(roster& wanted, const directory::stored& stored) {
    const bool any_by_hand = std::any_of(stored.users.begin(), stored.users.end(),
                                         [](const auto& row) { return !row.merged_by_hand.empty(); });
    const bool any = std::any_of(wanted.users.begin(), wanted.users.end(),
                                 [](const auto& each) { return !each.record.merged_into.empty(); });
    if (!any && !any_by_hand) return;
    const auto by_hand = [&](const std::string& id) -> const directory::stored_user* {
        const auto* row = any_by_hand ? directory::find_user(stored, id) : nullptr;
        return row == nullptr || row->merged_by_hand.empty() ? nullptr : row;
    };
    std::map<std::string, std::string> named;
    for (auto& each : wanted.users) {
        if (each.removed) continue;
        auto& record = each.record;
        if (const auto* row = by_hand(record.external_id)) record.merged_into = row->merged_by_hand;
        named.emplace(record.external_id, record.merged_into);
    }
    // Into whom somebody is merged: empty for nobody, absent where the person is not known.
    const auto next = [&](const std::string& id) -> std::optional<std::string> {
        if (const auto found = named.find(id); found != named.end()) return found->second;
        if (const auto* row = by_hand(id)) return row->merged_by_hand;
        const auto* row = directory::find_user(stored, id);
        return row == nullptr ? std::nullopt : std::optional(row->record.merged_into);
    };
    for (auto& each : wanted.users) {
        if (each.removed || each.record.merged_into.empty()) continue;
        std::set<std::string> passed{each.record.external_id};
        auto last = each.record.merged_into;
        auto further = next(last);
        while (further && !further->empty() && passed.insert(last).second) {
            last = *further;
            further = next(last);
        }
        if (further && further->empty() && !passed.contains(last)) {
            each.record.merged_into = last;
            continue;
        }
        if (const auto* row = by_hand(each.record.external_id)) {
            each.record.merged_into = row->record.merged_into;  // whoever else is in the circle is told of it
            continue;
        }
        wanted.problems.add({ROSTER_MERGED,
                             wanted.where(each.from),
                             {{"user", each.record.external_id}, {"into", each.record.merged_into}},
                             false});
        each.record.merged_into.clear();
    }
}

}  // namespace commhost::roster
