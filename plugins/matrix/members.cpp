#include "members.hpp"

#include "account_rule.hpp"
#include "answer.hpp"
#include "batch.hpp"
#include "wanted_roles.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <set>
#include <utility>

namespace communication_matrix {

using core_communication::failure;
using core_communication::http_request;
using core_communication::http_response;
using core_communication::presence;
using core_communication::provider_error;
using core_communication::remote_member;
using core_communication::room_role;
using core_communication::user_id;

namespace {

constexpr std::string_view power_levels_type = "m.room.power_levels";

}  // namespace

members::members(core_communication::processor& processor, client& server, const configuration& site,
                 remote_room& remote)
    : processor_(processor), server_(server), site_(site), remote_(remote) {}

void members::add(std::span<const user_id> userids) { settle_roles(join(with_roles(userids)), hand_set::keep); }

void members::update(std::span<const user_id> userids) { settle_roles(with_roles(userids), hand_set::replace); }

void members::remove(std::span<const user_id> userids) {
    const auto own_account = remote_.own_account();
    auto& state = known_state();
    std::vector<known_user> users;
    std::vector<role_change> drops;
    for (auto& each : with_accounts(userids)) {
        if (each.account == own_account) {
            processor_.mark_user_as_failed(
                each.user, {failure::conflict, own_account + " is the account that this plugin works with"});
            continue;
        }
        if (state.levels.is_creator(each.account) && state.has(each.account)) {
            // Not even asked for: the server lets nobody do it (MSC4289).
            processor_.mark_user_as_failed(
                each.user, {failure::rejected, each.account + " made the room or was named as a creator of it, has all "
                                                              "power there, and can only leave it without help"});
            continue;
        }
        if (state.levels.lists(each.account)) drops.push_back({each.account, room_role::member, hand_set::replace});
        users.push_back(std::move(each));
    }
    const auto refused = change_levels(drops);
    std::vector<known_user> present;
    for (auto& each : users) {
        if (const auto why = refused.find(each.account); why != refused.end())
            processor_.mark_user_as_failed(each.user, why->second);
        else if (!state.has(each.account))
            processor_.mark_users_as_synced(std::array{each.user});
        else
            present.push_back(std::move(each));
    }
    kick(present);
}

void members::synchronise() {
    const auto& state = observed_state();
    const auto own_account = remote_.own_account();

    std::set<std::string, std::less<>> wanted;
    const auto is_invited = [](const auto& each) { return each.second == membership::invite; };
    if (!state.absent.empty() || std::any_of(state.members.begin(), state.members.end(), is_invited)) {
        std::vector<user_id> users;
        for (const auto& each : processor_.wanted_members()) users.push_back(each.user);
        for (auto& account : processor_.accounts(users))
            if (account) wanted.insert(std::move(*account));
    }
    std::vector<remote_member> found;
    found.reserve(state.members.size());
    for (const auto& [account, how] : state.members) {
        const bool is_in = how == membership::join;
        // Synapse joins by inviting first: who is wanted and merely invited is half-way in, and adding finishes it.
        if (!is_in && wanted.contains(account) && is_local(account, site_)) continue;
        found.push_back({account, role_of(account, state.levels, site_.levels),
                         account == own_account || account == site_.second_account,
                         is_in ? presence::joined : presence::invited});
    }
    for (const auto& [account, how] : state.absent)
        if (wanted.contains(account)) found.push_back({account, std::nullopt, false, how});
    processor_.set_remote_members(std::move(found), true);
}

void members::take_back_levels() {
    const auto* state = remote_.is_new() ? nullptr : remote_.state();
    if (state == nullptr) return;
    std::vector<role_change> changes;
    for (auto& account : state->levels.listed()) {
        const auto role = role_of(account, state->levels, site_.levels);
        if (role && role != room_role::member && !state->has(account))
            changes.push_back({std::move(account), room_role::member, hand_set::replace});
    }
    if (changes.empty()) return;
    for (const auto& [account, role] : wanted_roles(processor_))
        std::erase_if(changes, [&](const auto& each) { return each.account == account; });
    change_levels(changes);
}

std::vector<members::known_user> members::with_accounts(std::span<const user_id> userids) {
    std::vector<known_user> known;
    auto found = processor_.accounts(userids);
    for (std::size_t index = 0; index < userids.size(); ++index) {
        if (auto& account = found[index])
            known.push_back({userids[index], std::move(*account)});
        else
            processor_.mark_user_as_failed(userids[index],
                                           {failure::invalid, "there is no account for this person yet"});
    }
    return known;
}

std::vector<members::known_user> members::with_roles(std::span<const user_id> userids) {
    std::map<user_id, room_role> roles;
    for (const auto& [user, role] : processor_.wanted_members()) roles.emplace(user, role);
    auto users = with_accounts(userids);
    for (auto& each : users)
        if (const auto found = roles.find(each.user); found != roles.end()) each.role = found->second;
    return users;
}

room_state& members::known_state() { return remote_.required_state(); }

room_state& members::observed_state() { return remote_.required_observed_state(); }

void members::ask_for_each(const std::vector<known_user>& users,
                           const std::function<http_request(const known_user&)>& request_of,
                           const std::function<void(std::size_t, const http_response&)>& on_answer,
                           const std::function<bool(const known_user&)>& is_settled) {
    std::vector<std::size_t> open(users.size());
    std::iota(open.begin(), open.end(), std::size_t{0});
    for (bool again = false;; again = true) {
        std::vector<http_request> requests;
        requests.reserve(open.size());
        for (const auto index : open) requests.push_back(request_of(users[index]));
        lost_answers lost;
        send_all(
            processor_, requests,
            [&](std::size_t number, const http_response& answer) { on_answer(open[number], answer); },
            [&](std::size_t number, const provider_error& error) {
                processor_.mark_user_as_failed(users[open[number]].user, error);
            },
            &lost);
        if (!lost.why) return;
        if (again) throw provider_error(*lost.why);
        // The server may have done it, and people may have done something else since, which is theirs to do.
        remote_.set_changed();
        remote_.required_observed_state();
        std::vector<std::size_t> still_open;
        for (const auto number : lost.indices)
            if (!is_settled(users[open[number]])) still_open.push_back(open[number]);
        open = std::move(still_open);
    }
}

std::vector<members::known_user> members::join(const std::vector<known_user>& users) {
    auto& state = known_state();
    const auto room = remote_.required_id();
    std::vector<known_user> in_room;
    std::vector<known_user> absent;
    // Who is of another server can only be asked in, and is done with once they are.
    const auto is_done = [&](const std::string& account) {
        return state.has_joined(account) || (!is_local(account, site_) && state.has_invited(account));
    };
    for (const auto& each : users) (is_done(each.account) ? in_room : absent).push_back(each);

    std::set<std::string, std::less<>> had_left;
    for (const auto& each : absent)
        if (state.absent.contains(each.account)) had_left.insert(each.account);
    const auto request_of = [&](const known_user& who) {
        return is_local(who.account, site_) ? server_.join_request(room, who.account)
                                            : server_.invite_request(room, who.account);
    };
    const auto has_joined = [&](const known_user& who) {
        state.members[who.account] = is_local(who.account, site_) ? membership::join : membership::invite;
        state.absent.erase(who.account);
        remote_.set_changed();
        const auto has = role_of(who.account, state.levels, site_.levels);
        if (!has || has == who.role)
            processor_.mark_users_as_synced(std::array{who.user});
        else
            in_room.push_back(who);
    };
    const auto is_settled = [&](const known_user& who) {
        if (is_done(who.account)) {
            has_joined(who);
            return true;
        }
        if (!state.absent.contains(who.account) || had_left.contains(who.account)) return false;
        // Came in and went, or was banned: the next read says so of somebody who was put in, and the rules for that hold.
        processor_.mark_users_as_synced(std::array{who.user});
        return true;
    };
    std::vector<std::pair<std::size_t, provider_error>> refused;
    std::optional<provider_error> for_all;
    const auto on_answer = [&](std::size_t index, const http_response& answer) {
        const auto& who = absent[index];
        if (succeeded(answer)) return has_joined(who);
        const auto why = refusal_of(answer, "put " + who.account + " into the room");
        if (site_.mas.is_set() && is_not_found(answer))  // made, and not on the homeserver yet
            processor_.mark_user_as_failed(who.user, {failure::unavailable, why.what()});
        else
            refused.emplace_back(index, why);
    };
    try {
        ask_for_each(absent, request_of, on_answer, is_settled);
    } catch (const provider_error& failed) {
        // Those who are in shall have their roles first.
        for_all = failed;
    }
    for (const auto& [index, why] : refused) {
        // Who is in the room already is refused too; the state tells, and needs no guess at a sentence. A server that
        // is away cannot be asked: they stay unmarked, as everybody does whom the batch has not settled.
        const bool may_be_in = why.kind() == failure::rejected;
        if (may_be_in && for_all) continue;
        const auto how = may_be_in ? server_.read_membership(room, absent[index].account) : std::string();
        if (how == "join" || (how == "invite" && !is_local(absent[index].account, site_)))
            has_joined(absent[index]);
        else
            processor_.mark_user_as_failed(absent[index].user, why);
    }
    if (for_all) {
        settle_roles(in_room, hand_set::keep);
        throw provider_error(*for_all);
    }
    return in_room;
}

void members::settle_roles(const std::vector<known_user>& users, hand_set where_hand_set) {
    const auto& state = known_state();
    std::vector<role_change> changes;
    for (const auto& each : users) {
        const auto has = role_of(each.account, state.levels, site_.levels);
        if (has != each.role && (has || where_hand_set == hand_set::replace))
            changes.push_back({each.account, each.role, where_hand_set});
    }
    if (!changes.empty()) include_later_roles(changes);
    const auto refused = change_levels(changes);
    std::vector<user_id> done;
    for (const auto& each : users) {
        if (const auto why = refused.find(each.account); why != refused.end())
            processor_.mark_user_as_failed(each.user, why->second);
        else
            done.push_back(each.user);
    }
    if (!done.empty()) processor_.mark_users_as_synced(done);
}

void members::include_later_roles(std::vector<role_change>& changes) const {
    const auto& levels = remote_.state()->levels;
    std::set<std::string, std::less<>> named;
    for (const auto& change : changes) named.insert(change.account);
    for (auto& [account, role] : wanted_roles(processor_))
        if (!levels.lists(account) && !named.contains(account))
            changes.push_back({std::move(account), role, hand_set::keep});
}

std::map<std::string, provider_error> members::change_levels(const std::vector<role_change>& changes) {
    std::map<std::string, provider_error> refused;
    if (changes.empty()) return refused;
    auto& state = known_state();
    const auto room = remote_.required_id();
    const auto own_account = remote_.own_account();
    for (bool again = false;; again = true) {
        refused.clear();
        // Read just before it is written, because the event is replaced as a whole, and of a room that we have just made
        // the server has filled in the rest.
        const power_levels present(server_.read_state_event(room, power_levels_type).value_or(state.levels.content()),
                                   state.levels.creators());
        auto merged = merge(present, changes, site_.levels, own_account);
        for (const auto& account : merged.out_of_reach)
            refused.emplace(
                account,
                provider_error(failure::rejected, account + " has power level " + std::to_string(present.of(account)) +
                                                      " in the room, which our account, having " +
                                                      std::to_string(present.of(own_account)) + ", cannot change"));
        if (merged.changed) {
            try {
                server_.set_levels(room, merged.content);
            } catch (const provider_error& failed) {
                // It may have been written, and somebody may have changed it since: what is there now is read first.
                if (failed.kind() == failure::unavailable && !again) continue;
                if (failed.kind() == failure::unavailable || failed.kind() == failure::rate_limited) throw;
                for (const auto& change : changes) refused.emplace(change.account, failed);
                return refused;
            }
        }
        if (merged.changed || again) remote_.set_changed();
        state.levels = power_levels(std::move(merged.content), state.levels.creators());
        return refused;
    }
}

void members::kick(const std::vector<known_user>& users) {
    auto& state = known_state();
    const auto room = remote_.required_id();
    const auto is_out = [&](const known_user& who) {
        state.members.erase(who.account);
        remote_.set_changed();
        processor_.mark_users_as_synced(std::array{who.user});
    };
    std::vector<std::pair<std::size_t, provider_error>> refused;
    ask_for_each(
        users, [&](const known_user& who) { return server_.kick_request(room, who.account); },
        [&](std::size_t index, const http_response& answer) {
            if (succeeded(answer))
                is_out(users[index]);
            else
                refused.emplace_back(index, refusal_of(answer, "take " + users[index].account + " out of the room"));
        },
        [&](const known_user& who) {
            if (state.has(who.account)) return false;
            is_out(who);
            return true;
        });
    for (const auto& [index, why] : refused) {
        // Who has left or was banned since the state was read cannot be kicked, and is out.
        const auto how = server_.read_membership(room, users[index].account);
        if (how != "join" && how != "invite")
            is_out(users[index]);
        else
            processor_.mark_user_as_failed(users[index].user, why);
    }
}

}  // namespace communication_matrix
