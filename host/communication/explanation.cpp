#include "communication/explanation.hpp"

#include <array>
#include <utility>

namespace commhost::communication {

namespace {

using core_communication::presence;

constexpr std::array standing_words{
    std::pair(standing::in_room, std::string_view("in_room")),
    std::pair(standing::invited, std::string_view("invited")),
    std::pair(standing::not_yet, std::string_view("not_yet")),
    std::pair(standing::not_in_room, std::string_view("not_in_room")),
    std::pair(standing::leaving, std::string_view("leaving")),
};

constexpr std::array finding_words{
    std::pair(finding_kind::membership_in_force, std::string_view("membership_in_force")),
    std::pair(finding_kind::in_all_groups, std::string_view("in_all_groups")),
    std::pair(finding_kind::membership_not_begun, std::string_view("membership_not_begun")),
    std::pair(finding_kind::membership_ended, std::string_view("membership_ended")),
    std::pair(finding_kind::membership_suspended, std::string_view("membership_suspended")),
    std::pair(finding_kind::no_membership, std::string_view("no_membership")),
    std::pair(finding_kind::person_suspended, std::string_view("person_suspended")),
    std::pair(finding_kind::person_deleted, std::string_view("person_deleted")),
    std::pair(finding_kind::person_merged, std::string_view("person_merged")),
    std::pair(finding_kind::instance_hidden, std::string_view("instance_hidden")),
    std::pair(finding_kind::instance_deleted, std::string_view("instance_deleted")),
    std::pair(finding_kind::course_hidden, std::string_view("course_hidden")),
    std::pair(finding_kind::kept_in_archive, std::string_view("kept_in_archive")),
    std::pair(finding_kind::groups_have_rooms, std::string_view("groups_have_rooms")),
    std::pair(finding_kind::room_dormant, std::string_view("room_dormant")),
    std::pair(finding_kind::room_held, std::string_view("room_held")),
    std::pair(finding_kind::room_deleting, std::string_view("room_deleting")),
    std::pair(finding_kind::room_not_made, std::string_view("room_not_made")),
    std::pair(finding_kind::room_to_adopt, std::string_view("room_to_adopt")),
    std::pair(finding_kind::room_failed, std::string_view("room_failed")),
    std::pair(finding_kind::provider_unavailable, std::string_view("provider_unavailable")),
    std::pair(finding_kind::provider_paused, std::string_view("provider_paused")),
    std::pair(finding_kind::no_account, std::string_view("no_account")),
    std::pair(finding_kind::account_refused, std::string_view("account_refused")),
    std::pair(finding_kind::refused, std::string_view("refused")),
    std::pair(finding_kind::not_tried, std::string_view("not_tried")),
    std::pair(finding_kind::role_refused, std::string_view("role_refused")),
    std::pair(finding_kind::banned, std::string_view("banned")),
    std::pair(finding_kind::left_respected, std::string_view("left_respected")),
    std::pair(finding_kind::left_added_again, std::string_view("left_added_again")),
    std::pair(finding_kind::task_running, std::string_view("task_running")),
    std::pair(finding_kind::task_due, std::string_view("task_due")),
    std::pair(finding_kind::task_failed, std::string_view("task_failed")),
    std::pair(finding_kind::no_task, std::string_view("no_task")),
    std::pair(finding_kind::being_erased, std::string_view("being_erased")),
    std::pair(finding_kind::removal_held, std::string_view("removal_held")),
    std::pair(finding_kind::removals_paused, std::string_view("removals_paused")),
    std::pair(finding_kind::unlisted_stay, std::string_view("unlisted_stay")),
    std::pair(finding_kind::account_exempt, std::string_view("account_exempt")),
};

template <class Words, class Value>
std::string_view word_in(const Words& words, Value value) {
    for (const auto& [each, word] : words) {
        if (each == value) return word;
    }
    return "?";
}

/// What one membership says at that time.
finding said_by(const directory::membership& each, store::milliseconds_utc now) {
    finding said;
    said.source = each.source;
    said.role = each.role;
    if (each.status != directory::membership_status::active) {
        said.kind = finding_kind::membership_suspended;
    } else if (each.ends && *each.ends <= now) {
        said.kind = finding_kind::membership_ended;
        said.at = each.ends;
    } else if (each.begins && *each.begins > now) {
        said.kind = finding_kind::membership_not_begun;
        said.at = each.begins;
    } else {
        said.kind = finding_kind::membership_in_force;
        said.at = each.ends;
    }
    return said;
}

class answer {
  public:
    explicit answer(const explanation_facts& facts) : facts_(facts) {
        for (const auto& each : facts.memberships) said_.push_back(said_of(each));
        for (const auto& each : facts.of_all_groups) {
            auto said = said_of(each);
            if (said.kind == finding_kind::membership_in_force) said.kind = finding_kind::in_all_groups;
            said.reason = facts.course;
            said_.push_back(std::move(said));
        }
    }

    explanation give() {
        if (is_wanted()) {
            explain_wanted();
        } else if (facts_.kept_in_archive) {
            explain_kept();
        } else {
            explain_unwanted();
        }
        for (const auto& [source, since] : facts_.held_removals) {
            auto& told = add(finding_kind::removal_held);
            told.source = source;
            told.at = since;
        }
        return std::move(result_);
    }

  private:
    finding said_of(const directory::membership& each) const {
        auto said = said_by(each, facts_.now);
        const auto other = facts_.merged.find(each.user);
        if (other != facts_.merged.end()) said.person = other->second;
        return said;
    }

    static bool keeps(const finding& said) {
        return said.kind == finding_kind::membership_in_force || said.kind == finding_kind::in_all_groups;
    }

    bool is_wanted() const {
        if (!facts_.active || facts_.instance == directory::instance_status::deleted ||
            facts_.person != directory::user_status::active || !facts_.merged_into.empty())
            return false;
        for (const auto& each : said_) {
            if (keeps(each)) return true;
        }
        return false;
    }

    void explain_wanted() {
        const auto* known = facts_.known ? &*facts_.known : nullptr;
        const auto seen = known == nullptr ? std::nullopt : known->presence;
        if (seen == presence::invited) {
            result_.standing = standing::invited;
        } else if (seen == presence::banned) {
            result_.standing = standing::not_in_room;
            add(finding_kind::banned);
        } else if (seen == presence::left && facts_.rules.left == left_policy::respect) {
            result_.standing = standing::not_in_room;
            add(finding_kind::left_respected);
        } else if (known != nullptr && known->synced && seen != presence::left) {
            result_.standing = standing::in_room;
            if (!known->reason.empty()) add_refusal(finding_kind::role_refused, *known);
        } else {
            result_.standing = standing::not_yet;
            if (seen == presence::left) add(finding_kind::left_added_again);
            explain_waiting(known);
            tell_obstacles();
            tell_next();
        }
        tell_memberships();
    }

    void explain_waiting(const explanation_facts::record* known) {
        if (known == nullptr) {
            add(finding_kind::not_tried);
        } else if (!known->has_account) {
            if (known->reason.empty()) {
                add(finding_kind::no_account);
            } else {
                add_refusal(finding_kind::account_refused, *known);
            }
        } else if (!known->reason.empty()) {
            add_refusal(finding_kind::refused, *known);
        } else {
            add(finding_kind::not_tried);
        }
    }

    /// Nobody is brought back into what is over.
    void explain_kept() {
        const auto seen = facts_.known ? facts_.known->presence : std::nullopt;
        const bool gone = seen == presence::left || seen == presence::banned;
        result_.standing = gone ? standing::not_in_room : standing::in_room;
        if (gone) add(seen == presence::banned ? finding_kind::banned : finding_kind::left_respected);
        add(finding_kind::kept_in_archive);
    }

    void explain_unwanted() {
        const bool may_be_there = facts_.known && facts_.known->has_account && facts_.created &&
                                  facts_.known->presence != presence::left &&
                                  facts_.known->presence != presence::banned;
        const bool is_held = facts_.status == room_status::held;
        result_.standing = !may_be_there                     ? standing::not_in_room
                           : is_held && facts_.known->synced ? standing::in_room
                                                             : standing::leaving;
        if (may_be_there && is_held) tell_hold();
        if (facts_.being_erased) add(finding_kind::being_erased);
        if (facts_.person == directory::user_status::deleted) add(finding_kind::person_deleted);
        if (facts_.person == directory::user_status::suspended) add(finding_kind::person_suspended);
        if (facts_.instance == directory::instance_status::deleted) {
            add(finding_kind::instance_deleted);
        } else if (facts_.instance == directory::instance_status::hidden) {
            add(finding_kind::instance_hidden);
        } else if (facts_.group_rooms) {
            add(finding_kind::groups_have_rooms);
        } else if (!facts_.active && facts_.course_hidden) {
            add(finding_kind::course_hidden).reason = facts_.course;
        } else if (!facts_.active) {
            add(finding_kind::room_dormant);
        }
        if (!facts_.merged_into.empty()) add(finding_kind::person_merged).reason = facts_.merged_into;
        if (said_.empty()) add(finding_kind::no_membership);
        tell_memberships();
        if (!facts_.known) tell_what_is_left_alone();
        if (!may_be_there || is_held) return;
        if (facts_.removals_paused_until) add(finding_kind::removals_paused).at = facts_.removals_paused_until;
        if (!facts_.known->reason.empty()) add_refusal(finding_kind::refused, *facts_.known);
        tell_obstacles();
        tell_next();
    }

    /// Who is in the room all the same was put into it on the server, and is not on record.
    void tell_what_is_left_alone() {
        if (!facts_.active || !facts_.created) return;
        if (!facts_.account.empty() && is_exempt(facts_.rules, facts_.account)) {
            add(finding_kind::account_exempt).reason = facts_.account;
        } else if (facts_.rules.unlisted != unlisted_policy::remove) {
            // Nobody is adopted whose account is not known.
            add(finding_kind::unlisted_stay);
        }
    }

    /// Where somebody is in the room, what keeps them there is enough.
    void tell_memberships() {
        const bool wanted = is_wanted();
        for (const auto& each : said_) {
            if (!wanted || keeps(each)) result_.findings.push_back(each);
        }
    }

    void tell_obstacles() {
        if (facts_.status == room_status::held) tell_hold();
        if (facts_.status == room_status::deleting) add(finding_kind::room_deleting);
        if (!facts_.provider_problem.empty()) add(finding_kind::provider_unavailable).reason = facts_.provider_problem;
        if (facts_.paused) {
            auto& told = add(finding_kind::provider_paused);
            told.reason = facts_.paused->reason;
            told.at = facts_.paused->until;
        }
        if (facts_.status == room_status::failed) {
            add(finding_kind::room_failed).reason = facts_.room_error;
        } else if (!facts_.created && facts_.adopt_address.empty()) {
            add(finding_kind::room_not_made);
        }
        if (!facts_.created && !facts_.adopt_address.empty())
            add(finding_kind::room_to_adopt).reason = facts_.adopt_address;
    }

    void tell_hold() {
        auto& told = add(finding_kind::room_held);
        if (!facts_.hold) return;
        told.person = facts_.hold->by;
        told.reason = facts_.hold->reason;
        told.at = facts_.hold->since;
    }

    void tell_next() {
        using commhost::task::state;
        if (facts_.status == room_status::held) return;
        if (!facts_.next) {
            add(finding_kind::no_task);
        } else if (facts_.next->state == state::running) {
            add(finding_kind::task_running);
        } else if (facts_.next->state == state::failed) {
            add(finding_kind::task_failed).reason = facts_.next->error;
        } else {
            add(finding_kind::task_due).at = facts_.next->due;
        }
    }

    finding& add(finding_kind kind) {
        finding made;
        made.kind = kind;
        return result_.findings.emplace_back(std::move(made));
    }

    void add_refusal(finding_kind kind, const explanation_facts::record& known) {
        auto& told = add(kind);
        told.reason = known.reason;
        told.attempts = known.attempts;
        told.at = known.since;
    }

    const explanation_facts& facts_;
    std::vector<finding> said_;
    explanation result_;
};

}  // namespace

std::string_view to_string(standing which) { return word_in(standing_words, which); }

std::string_view to_string(finding_kind kind) { return word_in(finding_words, kind); }

explanation explain(const explanation_facts& facts) { return answer(facts).give(); }

}  // namespace commhost::communication
