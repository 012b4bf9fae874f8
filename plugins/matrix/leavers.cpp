#include "leavers.hpp"

#include "account_rule.hpp"
#include "answer.hpp"
#include "batch.hpp"
#include "shown_account.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

namespace communication_matrix {

using core_communication::account_standing;
using core_communication::failure;
using core_communication::http_request;
using core_communication::http_response;
using core_communication::log_level;
using core_communication::provider_error;
using core_communication::user_id;

namespace {

/// Of a word of the setting that closes accounts.
std::optional<closing> closing_of(std::string_view word) {
    if (word == "lock") return closing::lock;
    if (word == "suspend") return closing::suspend;
    if (word == "deactivate") return closing::deactivate;
    return std::nullopt;
}

}  // namespace

leavers::leavers(core_communication::processor& processor, client& server, const configuration& site)
    : processor_(processor), server_(server), site_(site), maker_(account_maker_for(processor, server, site)) {}

void leavers::update(std::span<const account_standing> accounts) {
    auto list = look_up(accounts);
    // The new before the old is taken back: at no moment may somebody who has left use the account.
    const auto wanted = closing_of(site_.leavers);
    change(list, [&](const work& each) -> std::optional<closing_order> {
        if (!each.of->has_left || !wanted) return std::nullopt;
        return closing_order{each.of->account, each.looked, *wanted, true, !each.of->applied.empty()};
    });
    change(list, [&](const work& each) -> std::optional<closing_order> {
        const auto applied = closing_of(each.of->applied);
        if (!applied || (each.of->has_left && each.of->applied == site_.leavers)) return std::nullopt;
        return closing_order{each.of->account, each.looked, *applied, false};
    });
    auto reopened = list;
    std::erase_if(reopened, [](const work& each) {
        return each.of->has_left || closing_of(each.of->applied) != closing::deactivate ||
               !shown_addresses(each.looked).empty();
    });
    give_addresses(reopened);
    for (const auto& each : list) processor_.mark_users_as_synced(std::array{each.of->user});
}

leavers::works leavers::look_up(std::span<const account_standing> accounts) {
    std::vector<http_request> requests;
    std::vector<user_id> users;
    std::vector<const account_standing*> asked_for;
    std::string own_account;
    const auto refuse = [&](const account_standing& of, failure kind, const std::string& why) {
        processor_.mark_user_as_failed(of.user, {kind, of.account + why});
    };
    for (const auto& each : accounts) {
        const bool is_nothing = each.applied.empty() && (!each.has_left || !closing_of(site_.leavers));
        if (is_nothing) {
            processor_.mark_users_as_synced(std::array{each.user});
            continue;
        }
        if (!is_local(each.account, site_)) {
            refuse(each, failure::conflict, " is an account of another server, where we can change nothing");
            continue;
        }
        if (own_account.empty()) own_account = server_.own_account();
        if (each.account == own_account || each.account == site_.second_account) {
            refuse(each, failure::conflict, " is an account that this plugin works with");
            continue;
        }
        requests.push_back(server_.look_request(each.account));
        users.push_back(each.user);
        asked_for.push_back(&each);
    }
    works found;
    send_for_each(processor_, requests, users, [&](std::size_t index, const http_response& answer) {
        const auto& of = *asked_for[index];
        // What is gone can neither be closed nor opened.
        if (is_not_found(answer)) return processor_.mark_users_as_synced(std::array{of.user});
        if (!succeeded(answer))
            return processor_.mark_user_as_failed(
                of.user, {failure::invalid, refusal_of(answer, "look up the account " + of.account).what()});
        try {
            auto looked = object_in(answer);
            if (of.has_left && is_set(looked, "admin"))
                return refuse(of, failure::conflict, " is the account of a server admin, which is not closed");
            found.push_back({&of, std::move(looked)});
        } catch (const provider_error& senseless) {  // that is about this one answer
            processor_.mark_user_as_failed(of.user, senseless);
        }
    });
    return found;
}

void leavers::change(works& list, const std::function<std::optional<closing_order>(const work& of)>& order) {
    std::vector<closing_order> orders;
    std::vector<work*> works_of;
    for (auto& each : list)
        if (auto one = order(each)) {
            orders.push_back(*std::move(one));
            works_of.push_back(&each);
        }
    if (orders.empty()) return;
    std::set<user_id> refused;
    maker_->change(orders, [&](std::size_t index, const std::optional<provider_error>& why) {
        auto& one = *works_of[index];
        if (why) {
            processor_.mark_user_as_failed(one.of->user, *why);
            refused.insert(one.of->user);
        } else {
            one.looked[field_of(orders[index].what)] = orders[index].closes;
        }
    });
    std::erase_if(list, [&](const work& each) { return refused.contains(each.of->user); });
}

void leavers::give_addresses(const works& list) {
    std::vector<user_id> users;
    for (const auto& each : list) users.push_back(each.of->user);
    auto people = processor_.people(users);
    std::vector<account_order> orders;
    std::vector<http_request> requests;
    for (std::size_t at = 0; at < list.size(); ++at) {
        if (people[at].email.empty()) continue;
        requests.push_back(server_.address_request(people[at].email));
        orders.push_back({std::move(people[at]), list[at].of->account, false, {false, true, false}, {}, {}});
    }
    std::set<std::size_t> taken;
    const auto withhold = [&](std::size_t index, const std::string& why) {
        taken.insert(index);
        processor_.log().log(log_level::warning,
                             orders[index].account + " is not given its e-mail address again: " + why);
    };
    send_all(
        processor_, requests,
        [&](std::size_t index, const http_response& answer) {
            if (!is_not_found(answer)) withhold(index, "another account has it, or the server does not say");
        },
        [&](std::size_t index, const provider_error& why) { withhold(index, why.what()); });
    std::vector<account_order> free;
    for (std::size_t index = 0; index < orders.size(); ++index)
        if (!taken.contains(index)) free.push_back(std::move(orders[index]));
    if (free.empty()) return;
    const auto made_already = [](std::size_t, account_made_by) {};
    maker_->carry_out(free, made_already, [&](std::size_t index, const std::optional<provider_error>& why) {
        if (why)
            processor_.log().log(log_level::warning,
                                 free[index].account + " is not given its e-mail address again: " + why->what());
    });
}

}  // namespace communication_matrix
