#include "roster/merging.hpp"

#include "roster/codes.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace commhost::roster {

void settle_merged(roster& wanted, const directory::stored& stored) {
    const bool any = std::any_of(wanted.users.begin(), wanted.users.end(),
                                 [](const auto& each) { return !each.record.merged_into.empty(); });
    if (!any) return;
    std::map<std::string, std::string> named;
    for (const auto& each : wanted.users)
        if (!each.removed) named.emplace(each.record.external_id, each.record.merged_into);
    // Into whom somebody is merged: empty for nobody, absent where the person is not known.
    const auto next = [&](const std::string& id) -> std::optional<std::string> {
        const auto* row = directory::find_user(stored, id);
        if (row != nullptr && row->leaving && !named.contains(id)) return std::nullopt;
        if (row != nullptr && !row->merged_by_hand.empty()) return row->merged_by_hand;
        if (const auto found = named.find(id); found != named.end()) return found->second;
        return row == nullptr ? std::nullopt : std::optional(row->record.merged_into);
    };
    // Whether a word is one that may be stored of this person.
    const auto leads_to_somebody = [&](const std::string& id, const std::string& into) {
        const auto* row = directory::find_user(stored, id);
        // What an admin says goes before it.
        if (row != nullptr && !row->merged_by_hand.empty()) return into != id && next(into).has_value();
        std::set<std::string> passed{id};
        auto last = into;
        auto further = next(last);
        for (; further && !further->empty() && passed.insert(last).second; further = next(last)) last = *further;
        return further && further->empty();
    };
    for (auto& each : wanted.users) {
        auto& record = each.record;
        if (each.removed || record.merged_into.empty() || leads_to_somebody(record.external_id, record.merged_into))
            continue;
        wanted.problems.add({ROSTER_MERGED,
                             wanted.where(each.from),
                             {{"user", record.external_id}, {"into", record.merged_into}},
                             false});
        record.merged_into.clear();
    }
}

}  // namespace commhost::roster
