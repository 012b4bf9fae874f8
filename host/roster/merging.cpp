#include "roster/merging.hpp"

#include "roster/codes.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace commhost::roster {

namespace {

const directory::stored_user* find(const directory::stored& stored, std::string_view id) {
    const auto at = std::lower_bound(stored.users.begin(), stored.users.end(), id,
                                     [](const auto& row, const auto& key) { return row.record.external_id < key; });
    return at == stored.users.end() || at->record.external_id != id ? nullptr : &*at;
}

}  // namespace

void settle_merged(roster& wanted, const directory::stored& stored) {
    const bool any = std::any_of(wanted.users.begin(), wanted.users.end(),
                                 [](const auto& each) { return !each.record.merged_into.empty(); });
    if (!any) return;
    std::map<std::string, std::string> named;
    for (const auto& each : wanted.users)
        if (!each.removed) named.emplace(each.record.external_id, each.record.merged_into);
    // Into whom somebody is merged: empty for nobody, absent where the person is not known.
    const auto next = [&](const std::string& id) -> std::optional<std::string> {
        if (const auto found = named.find(id); found != named.end()) return found->second;
        const auto* row = find(stored, id);
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
        wanted.problems.add({ROSTER_MERGED,
                             wanted.where(each.from),
                             {{"user", each.record.external_id}, {"into", each.record.merged_into}},
                             false});
        each.record.merged_into.clear();
    }
}

}  // namespace commhost::roster
