#include "roster/merging.hpp"

#include "roster/codes.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace commhost::roster {

namespace {

using directory::claim;

/// What would be said of everybody if the roster's words were stored.
class words {
  public:
    /// Whose words of the roster count: of people alone whose fields the source may write, or of all that it names.
    enum class counting : std::uint8_t { own, all };

    words(const std::map<std::string, std::string>& named, const directory::stored& stored, counting which)
        : named_(named), stored_(stored), which_(which) {}

    /// Whether the roster's word of a person counts, who is stored as this or, null, not at all.
    bool counts(const directory::stored_user* row) const {
        return which_ == counting::all || row == nullptr || row->claim == claim::own || row->claim == claim::none;
    }

    /// Into whom somebody is merged: empty for nobody, absent where the person is not known.
    std::optional<std::string> next(const std::string& id) const {
        const auto* row = directory::find_user(stored_, id);
        const auto found = named_.find(id);
        if (row != nullptr && row->leaving && found == named_.end()) return std::nullopt;
        if (row != nullptr && !row->merged_by_hand.empty()) return row->merged_by_hand;
        if (found != named_.end() && counts(row)) return found->second;
        return row == nullptr ? std::nullopt : std::optional(row->record.merged_into);
    }

    /// Whether one after the other leads to somebody: to nobody unknown, and not round. Nobody is asked about twice.
    bool lead_to_somebody(const std::string& from) {
        std::vector<std::string> passed;
        std::optional<std::string> at = from;
        bool lead = true;
        while (lead && !at->empty()) {
            // Whoever is come to a second time on this way is not known yet to lead to anybody.
            const auto [known, is_new] = leads_.try_emplace(*at, false);
            if (!is_new) {
                lead = known->second;
                break;
            }
            passed.push_back(*at);
            at = next(*at);
            lead = at.has_value();
        }
        for (const auto& each : passed) leads_[each] = lead;
        return lead;
    }

  private:
    const std::map<std::string, std::string>& named_;
    const directory::stored& stored_;
    counting which_;
    std::map<std::string, bool> leads_;
};

}  // namespace

void settle_merged(roster& wanted, const directory::stored& stored) {
    const bool any = std::any_of(wanted.users.begin(), wanted.users.end(),
                                 [](const auto& each) { return !each.record.merged_into.empty(); });
    if (!any) return;
    std::map<std::string, std::string> named;
    for (const auto& each : wanted.users)
        if (!each.removed) named.emplace(each.record.external_id, each.record.merged_into);
    words own(named, stored, words::counting::own);
    words all(named, stored, words::counting::all);
    // Whether a word is one that may be stored of this person.
    const auto may_be_said = [&](const std::string& id, const std::string& into) {
        const auto* row = directory::find_user(stored, id);
        // What an admin says goes before it.
        if (row != nullptr && !row->merged_by_hand.empty()) return into != id && own.next(into).has_value();
        return (own.counts(row) ? own : all).lead_to_somebody(into);
    };
    for (auto& each : wanted.users) {
        auto& record = each.record;
        if (each.removed || record.merged_into.empty() || may_be_said(record.external_id, record.merged_into)) continue;
        wanted.problems.add({ROSTER_MERGED,
                             wanted.where(each.from),
                             {{"user", record.external_id}, {"into", record.merged_into}},
                             false});
        record.merged_into.clear();
    }
}

}  // namespace commhost::roster
