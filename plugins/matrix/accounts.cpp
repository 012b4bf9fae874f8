#include "accounts.hpp"

#include "account_rule.hpp"
#include "answer.hpp"
#include "batch.hpp"
#include "bounded_json.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

namespace communication_matrix {

using core_communication::account_origin;
using core_communication::failure;
using core_communication::http_request;
using core_communication::http_response;
using core_communication::log_level;
using core_communication::provider_error;
using core_communication::user_id;

namespace {

// What is kept in processor::value.
constexpr std::string_view begun_key = "accounts_begun";

}  // namespace

accounts::accounts(core_communication::processor& processor, client& server, const configuration& site,
                   remote_room& remote)
    : processor_(processor), server_(server), site_(site), remote_(remote),
      maker_(account_maker_for(processor, server, site)), pictures_(processor, server, site) {}

void accounts::create(std::span<const user_id> userids) {
    auto candidates = candidates_among(userids);
    find_by_sign_on(candidates);
    addresses taken(processor_, server_, remote_);
    look_up(candidates, taken);
    for (const auto& each : candidates)
        if (each.standing == standing::found) settle(each, account_origin::found);
    withhold_addresses(candidates, taken);
    pictures_.look(userids);
    write(candidates);
}

std::vector<accounts::candidate> accounts::candidates_among(std::span<const user_id> userids) {
    const auto own_account = remote_.own_account();
    const auto on_record = processor_.accounts(userids);
    std::vector<candidate> candidates;
    std::set<std::string, std::less<>> names;
    std::size_t index = 0;
    for (auto& who : processor_.people(userids)) {
        const auto& known = on_record[index++];
        const auto refuse = [&](failure kind, const std::string& reason) {
            processor_.mark_user_as_failed(who.user, {kind, reason});
        };
        auto [name, lacking] = known ? account_rule_result{*known, {}} : account_by_rule(who, site_);
        if (name.empty()) {
            refuse(failure::invalid, lacking);
            continue;
        }
        if (name == own_account) {
            // The call would make it a person's, and its name theirs.
            refuse(failure::conflict, name + " is the account that this plugin works with");
        } else if (!names.insert(name).second) {
            refuse(failure::conflict, name + " is another person's account");
        } else {
            candidate one{std::move(who), std::move(name), known.has_value()};
            // Nobody here can look it up; whether it is there shows when it is invited.
            if (!is_local(one.account, site_)) one.standing = standing::found;
            one.subject = external_id_by_rule(one.who, site_);
            candidates.push_back(std::move(one));
        }
    }
    return candidates;
}

void accounts::find_by_sign_on(std::vector<candidate>& candidates) {
    std::vector<external_id> people;
    std::vector<candidate*> asked_for;
    for (auto& each : candidates) {
        if (each.standing != standing::unknown || !each.subject) continue;
        if (each.on_record && maker_->is_told_by_homeserver_who_signs_in()) continue;
        people.push_back(*each.subject);
        asked_for.push_back(&each);
    }
    if (people.empty()) return;
    const auto refuse = [&](candidate& one, const std::string& reason) {
        one.standing = standing::refused;
        processor_.mark_user_as_failed(one.who.user, {failure::conflict, reason});
    };
    maker_->find(people, [&](std::size_t index, std::string account) {
        auto& one = *asked_for[index];
        one.lacks.external_id = false;
        if (!one.on_record)
            one.account = std::move(account);
        else if (account != one.account)
            refuse(one, "this person signs in to " + account + " and not to " + one.account + ", which commhost made");
    });
    const auto own_account = remote_.own_account();
    names taken;
    for (auto& each : candidates) {
        const bool is_ours = each.account == own_account;
        if ((!is_ours && taken.insert(each.account).second) || each.standing == standing::refused) continue;
        refuse(each, each.account +
                         (is_ours ? " is the account that this plugin works with" : " is another person's account"));
    }
}

void accounts::look_up(std::vector<candidate>& candidates, addresses& taken) {
    const auto were_begun = begun();
    look_through_list(candidates, were_begun, taken);
    std::vector<http_request> requests;
    std::vector<user_id> users;
    std::vector<candidate*> asked_for;
    for (auto& each : candidates) {
        if (each.standing != standing::unknown) continue;
        requests.push_back(server_.look_request(each.account));
        users.push_back(each.who.user);
        asked_for.push_back(&each);
    }
    send_for_each(processor_, requests, users, [&](std::size_t index, const http_response& answer) {
        take_look(*asked_for[index], were_begun, answer);
    });
}

void accounts::look_through_list(std::vector<candidate>& candidates, const names& were_begun, addresses& taken) {
    constexpr std::size_t few = 4;
    std::map<std::string_view, candidate*> unknown;
    for (auto& each : candidates)
        if (each.standing == standing::unknown && !each.on_record && !were_begun.contains(each.account))
            unknown.emplace(each.account, &each);
    // A page costs the server, and the network, more than a look at one account.
    constexpr std::size_t looks_for_a_page = 10;
    for (std::size_t seen = 0; unknown.size() >= few;) {
        account_page page;
        try {
            page = server_.account_page_from(seen, [&](const boost::json::object& account) {
                taken.note(account);
                const auto one = unknown.find(std::string_view(account.at("name").get_string()));
                if (one == unknown.end()) return;
                take_account(*one->second, were_begun, account);
                unknown.erase(one);
            });
        } catch (const provider_error& refused) {
            if (refused.kind() == failure::unavailable || refused.kind() == failure::rate_limited) throw;
            return;  // no list, then one by one
        }
        if (page.is_last) {
            taken.note_end_of_list();
            for (const auto& [name, one] : unknown) one->standing = standing::absent;
            return;
        }
        seen += page.accounts;
        if (page.accounts == 0 || seen > page.total) return;  // a list that changes meanwhile, or makes no sense
        const auto pages_left = (page.total - seen + accounts_per_page - 1) / accounts_per_page;
        if (pages_left * looks_for_a_page >= unknown.size()) return;
    }
}

void accounts::take_look(candidate& one, const names& were_begun, const http_response& answer) {
    if (is_not_found(answer)) {
        one.standing = standing::absent;
        return;
    }
    const auto refuse = [&](const provider_error& why) {
        one.standing = standing::refused;
        processor_.mark_user_as_failed(one.who.user, why);
    };
    // Whether there is an account is not known then: "rejected" would say that the person has none.
    if (!succeeded(answer))
        return refuse({failure::invalid, refusal_of(answer, "look up the account " + one.account).what()});
    try {
        take_account(one, were_begun, object_in(answer));
    } catch (const provider_error& senseless) {  // that is about this one answer
        refuse(senseless);
    }
}

void accounts::take_account(candidate& one, const names& were_begun, const boost::json::object& account) {
    const auto refuse = [&](const std::string& reason) {
        one.standing = standing::refused;
        processor_.mark_user_as_failed(one.who.user, {failure::conflict, one.account + reason});
    };
    if (is_set(account, "admin")) {
        refuse(" is the account of a server admin, which is not taken over");
    } else if (is_set(account, "deactivated")) {
        // Synapse lets an admin put it into rooms all the same, where nobody could ever read with it.
        refuse(" is deactivated on the server, so nobody can sign in to it; activate it there, or give the person "
               "another user name");
    } else {
        const bool is_ours =
            one.on_record || (were_begun.contains(one.account) && maker_->is_as_made(account, order_for(one)));
        one.standing = is_ours ? standing::ours : standing::found;
        const bool may_lack_link = one.subject && one.lacks.external_id;
        one.lacks = compare(account, one.who);
        one.signs_in_with = shown_external_ids(account);
        one.picture = text_in(account, "avatar_url");
        one.lacks.external_id = may_lack_link && std::find(one.signs_in_with.begin(), one.signs_in_with.end(),
                                                           *one.subject) == one.signs_in_with.end();
    }
}

void accounts::withhold_addresses(std::vector<candidate>& candidates, addresses& taken) {
    std::vector<addresses::claim> claims;
    for (const auto& each : candidates) {
        const bool is_written = each.standing == standing::absent || each.standing == standing::ours;
        if (is_written && each.lacks.address && !each.who.email.empty())
            claims.push_back({each.who.user, each.account, each.who.email});
    }
    const auto withheld = taken.withheld(claims);
    for (auto& each : candidates) {
        const auto why = withheld.find(each.who.user);
        if (why == withheld.end()) continue;
        each.lacks.address = false;
        processor_.log().log(log_level::warning, each.account + " is not given its e-mail address: " + why->second);
    }
}

account_order accounts::order_for(const candidate& one) const {
    return {one.who, one.account, one.standing == standing::absent, one.lacks, one.subject, one.signs_in_with};
}

void accounts::write(const std::vector<candidate>& candidates) {
    std::vector<candidate> written;
    std::vector<account_order> orders;
    std::vector<pictured_account> to_picture;
    const auto settle_made = [&](const candidate& one) {
        if (!pictures_.is_due(one.who.user)) return settle(one, account_origin::made);
        if (put_on_record(one, account_origin::made)) to_picture.push_back({one.who.user, one.account, one.picture});
    };
    const auto were_begun = begun();
    for (const auto& each : candidates) {
        if (each.standing != standing::absent && each.standing != standing::ours) continue;
        if (each.standing == standing::absent && !site_.make_accounts) {
            processor_.mark_user_as_failed(
                each.who.user,
                {failure::rejected, "there is no account " + each.account + " yet, and commhost is to make none"});
            continue;
        }
        auto order = order_for(each);
        if (were_begun.contains(each.account)) order.made = our_part::begun;
        if (each.on_record) order.made = our_part::recorded;
        if (order.is_empty()) {
            settle_made(each);
            continue;
        }
        orders.push_back(std::move(order));
        written.push_back(each);
    }
    if (!orders.empty()) {
        remember_begun(written);
        std::vector<user_id> anew;
        for (const auto& each : written)
            if (each.standing == standing::absent) anew.push_back(each.who.user);
        pictures_.expect_new(anew);
        maker_->carry_out(
            orders,
            [&](std::size_t index, account_made_by whose) {
                const auto& one = written[index];
                if (whose == account_made_by::somebody_else)
                    forget_begun(one.account);
                else if (!one.on_record)
                    processor_.set_account(one.who.user, one.account, account_origin::made);
            },
            [&](std::size_t index, const std::optional<provider_error>& why) {
                const auto& one = written[index];
                if (why) return processor_.mark_user_as_failed(one.who.user, *why);
                settle_made(one);
            });
    }
    bring_pictures(to_picture);
}

void accounts::settle(const candidate& one, account_origin origin) {
    if (put_on_record(one, origin)) processor_.mark_users_as_synced(std::array{one.who.user});
}

bool accounts::put_on_record(const candidate& one, account_origin origin) {
    try {
        if (!one.on_record) processor_.set_account(one.who.user, one.account, origin);
        return true;
    } catch (const provider_error& taken) {
        // Another person's account: that is for an admin to sort out, and the others go on.
        processor_.mark_user_as_failed(one.who.user, taken);
        return false;
    }
}

void accounts::bring_pictures(std::span<const pictured_account> accounts) {
    if (accounts.empty()) return;
    std::vector<user_id> users;
    for (const auto& each : accounts) users.push_back(each.user);
    std::optional<provider_error> failed;
    try {
        pictures_.bring(accounts);
    } catch (const provider_error& away) {
        if (away.kind() == failure::unauthorised) throw;
        // An account without its picture is better than none: whose is missing is come back to, and the others get their accounts.
        failed = away;
        pictures_.look(users);
    }
    std::vector<user_id> done;
    for (const auto user : users) {
        if (failed && pictures_.is_due(user))
            processor_.mark_user_as_failed(user, *failed);
        else
            done.push_back(user);
    }
    processor_.mark_users_as_synced(done);
}

accounts::names accounts::begun() const {
    names found;
    const auto stored = processor_.value(begun_key).value_or("");
    for (std::string_view left = stored; !left.empty();) {
        const auto end = left.find('\n');
        found.emplace(left.substr(0, end));
        left.remove_prefix(end == std::string_view::npos ? left.size() : end + 1);
    }
    return found;
}

void accounts::remember_begun(const std::vector<candidate>& candidates) {
    std::vector<std::string> accounts;
    for (const auto& each : candidates)
        if (!each.on_record) accounts.push_back(each.account);
    if (accounts.empty()) return;
    // Of those from before, whom the server refused half-way is still nobody's; the others are on record by now.
    const auto before = begun();
    accounts.insert(accounts.end(), before.begin(), before.end());
    const auto owners = processor_.users(accounts);
    constexpr std::size_t most = 60'000;  // in bytes; processor::set_value takes 64 KiB
    std::set<std::string_view> kept;
    std::string names;
    for (std::size_t index = 0; index < accounts.size(); ++index) {
        const auto& name = accounts[index];
        if (owners[index] || names.size() + name.size() > most || !kept.insert(name).second) continue;
        names += (names.empty() ? "" : "\n") + name;
    }
    processor_.set_value(begun_key, names);
}

void accounts::forget_begun(std::string_view account) {
    std::string names;
    for (const auto& each : begun())
        if (each != account) names += (names.empty() ? "" : "\n") + each;
    processor_.set_value(begun_key, names);
}

}  // namespace communication_matrix
