#include "mas_accounts.hpp"

#include "addresses.hpp"
#include "answer.hpp"
#include "batch.hpp"
#include "bounded_json.hpp"
#include "synapse_accounts.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace communication_matrix {

using core_communication::failure;
using core_communication::http_request;
using core_communication::http_response;
using core_communication::log_level;
using core_communication::provider_error;

namespace {

/// Of "@localpart:server".
std::string_view localpart_in(std::string_view account) { return account.substr(1, account.find(':') - 1); }

bool is_unknown(const http_response& answer) {
    return answer.status == 404 && answer.body.find("errors") != std::string::npos;
}

}  // namespace

mas_accounts::mas_accounts(core_communication::processor& processor, client& server, const configuration& site)
    : processor_(processor), server_(server), service_(processor, server, site), site_(site) {}

void mas_accounts::carry_out(std::span<const account_order> orders, const on_done& done) {
    works fresh;
    works known;
    for (std::size_t index = 0; index < orders.size(); ++index)
        (orders[index].is_new ? fresh : known).push_back({index, &orders[index], ""});
    add_users(fresh, done);
    works to_look_up;
    std::erase_if(known, [&](const work& each) {
        // A name alone is the homeserver's.
        if (each.order->address().empty() && !each.order->wants_external_id()) return false;
        to_look_up.push_back(each);
        return true;
    });
    look_up_users(to_look_up, done);
    remove_other_addresses(to_look_up, done);
    works at_service = fresh;
    at_service.insert(at_service.end(), to_look_up.begin(), to_look_up.end());
    link(at_service, done);
    give_addresses(at_service);
    wait_for_homeserver(at_service, done);
    known.insert(known.end(), at_service.begin(), at_service.end());
    name(known, done);
    for (const auto& each : known) done(each.index, std::nullopt);
}

template <class Work>
void mas_accounts::send(std::vector<Work>& list, const std::vector<http_request>& requests, const on_done& done,
                        const answer_taker<Work>& take) {
    std::set<std::size_t> out;
    std::optional<provider_error> for_all;
    const auto refuse = [&](std::size_t at, const provider_error& why) {
        if (why.kind() == failure::unauthorised) {  // our client's trouble, and nobody's
            if (!for_all) for_all = why;
            return;
        }
        out.insert(at);
        done(list[at].index, why);
    };
    try {
        send_all(
            processor_, requests,
            [&](std::size_t at, const http_response& answer) {
                try {
                    if (const auto why = take(list[at], answer)) refuse(at, *why);
                } catch (const provider_error& senseless) {  // that is about this one answer
                    refuse(at, senseless);
                }
            },
            refuse);
    } catch (const provider_error& failed) {
        for_all = failed;
    }
    if (for_all) {
        if (for_all->kind() == failure::unauthorised) forget_mas_tokens();  // it may have been taken back
        throw provider_error(*for_all);
    }
    std::vector<Work> left;
    for (std::size_t at = 0; at < list.size(); ++at)
        if (!out.contains(at)) left.push_back(std::move(list[at]));
    list = std::move(left);
}

void mas_accounts::add_users(works& list, const on_done& done) {
    std::vector<http_request> requests;
    for (const auto& each : list)
        requests.push_back(service_.add_user_request(localpart_in(each.order->account), each.order->name()));
    works there;
    send(list, requests, done, [&](work& of, const http_response& answer) -> refusal {
        if (succeeded(answer)) {
            of.id = required_text(resource_in(answer), "id");
            return std::nullopt;
        }
        if (answer.status != 409) return mas_refusal_of(answer, "make the account " + of.order->account);
        // Somebody of that name, of us or of others, whom the homeserver does not have yet; or a name that it keeps for itself.
        there.push_back(of);
        return std::nullopt;
    });
    std::erase_if(list, [](const work& each) { return each.id.empty(); });
    look_up_users(there, done);
    list.insert(list.end(), there.begin(), there.end());
}

void mas_accounts::look_up_users(works& list, const on_done& done) {
    std::vector<http_request> requests;
    for (const auto& each : list) requests.push_back(service_.user_by_name_request(localpart_in(each.order->account)));
    send(list, requests, done, [&](work& of, const http_response& answer) -> refusal {
        if (succeeded(answer)) {
            of.id = required_text(resource_in(answer), "id");
            return std::nullopt;
        }
        if (!is_unknown(answer)) return mas_refusal_of(answer, "look up the account " + of.order->account);
        if (of.order->is_new)
            return provider_error(failure::conflict, "the homeserver keeps the name " + of.order->account +
                                                         " for itself or had it before");
        return provider_error(failure::conflict,
                              of.order->account + " is on the homeserver and not in Matrix Authentication Service, so "
                                                  "that nobody can sign in to it");
    });
}

void mas_accounts::link(works& list, const on_done& done) {
    works without;
    std::erase_if(list, [&](const work& each) {
        if (each.order->wants_external_id()) return false;
        without.push_back(each);
        return true;
    });
    std::vector<http_request> requests;
    for (const auto& each : list) requests.push_back(service_.add_link_request(each.id, *each.order->subject));
    send(list, requests, done, [&](work& of, const http_response& answer) -> refusal {
        // 409: it has a link to this provider, from an earlier try.
        if (succeeded(answer) || answer.status == 409) return std::nullopt;
        return mas_refusal_of(answer,
                              "link " + of.order->account + " with the provider " + of.order->subject->provider);
    });
    list.insert(list.end(), without.begin(), without.end());
}

void mas_accounts::remove_other_addresses(works& list, const on_done& done) {
    std::vector<http_request> requests;
    for (const auto& each : list) requests.push_back(service_.emails_request(each.id));
    works of_others;
    std::vector<http_request> removals;
    send(list, requests, done, [&](work& of, const http_response& answer) -> refusal {
        if (!succeeded(answer)) return mas_refusal_of(answer, "tell the addresses of " + of.order->account);
        if (of.order->address().empty()) return std::nullopt;
        for (const auto& each : resources_in(answer)) {
            if (canonical(attribute_of(each, "email")) == canonical(of.order->address())) continue;
            of_others.push_back(of);
            removals.push_back(service_.remove_email_request(required_text(each, "id")));
        }
        return std::nullopt;
    });
    send(
        of_others, removals, [](std::size_t, const refusal&) {},
        [&](work&, const http_response&) -> refusal { return std::nullopt; });
}

void mas_accounts::give_addresses(const works& list) {
    works with;
    std::vector<http_request> requests;
    for (const auto& each : list) {
        if (each.order->address().empty()) continue;
        with.push_back(each);
        requests.push_back(service_.add_email_request(each.id, each.order->address()));
    }
    // An address that is refused costs nobody the account: 409 is one that is there already.
    send(
        with, requests, [](std::size_t, const refusal&) {},
        [&](work& of, const http_response& answer) -> refusal {
            if (!succeeded(answer) && answer.status != 409)
                processor_.log().log(
                    log_level::warning,
                    mas_refusal_of(answer, "give " + of.order->account + " its e-mail address").what());
            return std::nullopt;
        });
}

void mas_accounts::wait_for_homeserver(works& list, const on_done& done) {
    std::vector<http_request> requests;
    for (const auto& each : list) requests.push_back(server_.look_request(each.order->account));
    send(list, requests, done, [&](work& of, const http_response& answer) -> refusal {
        if (succeeded(answer)) return std::nullopt;
        if (!is_not_found(answer)) return refusal_of(answer, "look up the account " + of.order->account);
        return provider_error(failure::unavailable,
                              of.order->account + " is made, and Matrix Authentication Service has yet to put it on "
                                                  "the homeserver");
    });
}

void mas_accounts::name(works& list, const on_done& done) {
    works without;
    std::erase_if(list, [&](const work& each) {
        if (!each.order->name().empty()) return false;
        without.push_back(each);
        return true;
    });
    std::vector<http_request> requests;
    for (const auto& each : list) requests.push_back(server_.name_request(each.order->account, each.order->name()));
    send(list, requests, done, [&](work& of, const http_response& answer) -> refusal {
        if (succeeded(answer)) return std::nullopt;
        return refusal_of(answer, "change the name of " + of.order->account);
    });
    list.insert(list.end(), without.begin(), without.end());
}

void mas_accounts::find(std::span<const external_id> people, const on_account& found) {
    std::vector<http_request> requests;
    for (const auto& each : people) requests.push_back(service_.links_request(each));
    const auto rethrow = [](std::size_t, const provider_error& why) { throw provider_error(why); };
    std::vector<std::size_t> owners;
    std::vector<http_request> names;
    send_all(
        processor_, requests,
        [&](std::size_t index, const http_response& answer) {
            if (!succeeded(answer)) throw mas_refusal_of(answer, "say who signs in through " + people[index].provider);
            for (const auto& each : resources_in(answer)) {
                const auto user = attribute_of(each, "user_id");
                if (user.empty()) continue;  // signed in, and never chose a name
                owners.push_back(index);
                names.push_back(service_.user_request(user));
                return;
            }
        },
        rethrow);
    send_all(
        processor_, names,
        [&](std::size_t at, const http_response& answer) {
            if (is_unknown(answer)) return;
            if (!succeeded(answer)) throw mas_refusal_of(answer, "tell a user");
            found(owners[at], "@" + attribute_of(resource_in(answer), "username") + ":" + site_.server_name);
        },
        rethrow);
}

bool mas_accounts::is_as_made(const boost::json::object& account, const account_order& order) const {
    const auto shown = text_in(account, "displayname");
    auto as_named = account;
    if (shown.empty() || shown == localpart_in(order.account)) as_named["displayname"] = order.who.display_name;
    return is_as_sent(as_named, order.who, std::nullopt);
}

void mas_accounts::change(std::span<const closing_order> orders, const on_done& done) {
    std::vector<closing_order> of_homeserver;
    std::vector<std::size_t> places;
    const auto leave_to_homeserver = [&](std::size_t index) {
        of_homeserver.push_back(orders[index]);
        places.push_back(index);
    };
    closings of_service;
    for (std::size_t index = 0; index < orders.size(); ++index) {
        if (orders[index].what == closing::suspend)
            leave_to_homeserver(index);
        else
            of_service.push_back({index, &orders[index], {}, {}});
    }
    look_up(of_service, done, leave_to_homeserver);
    for (std::size_t step = 0; !of_service.empty(); ++step) take_step(of_service, step, done);
    change_at_homeserver(processor_, server_, of_homeserver,
                         [&](std::size_t at, const std::optional<provider_error>& why) { done(places[at], why); });
}

void mas_accounts::look_up(closings& list, const on_done& done, const std::function<void(std::size_t)>& unknown) {
    std::vector<http_request> requests;
    for (const auto& each : list) requests.push_back(service_.user_by_name_request(localpart_in(each.order->account)));
    std::vector<std::size_t> strangers;
    send(list, requests, done, [&](closing_work& of, const http_response& answer) -> refusal {
        if (is_unknown(answer)) {
            strangers.push_back(of.index);
            return std::nullopt;
        }
        if (!succeeded(answer)) return mas_refusal_of(answer, "look up the account " + of.order->account);
        const auto user = resource_in(answer);
        of.id = required_text(user, "id");
        const bool is_locked = !attribute_of(user, "locked_at").empty();
        const bool is_deactivated = !attribute_of(user, "deactivated_at").empty();
        const bool is_whole = of.order->what == closing::deactivate;
        if (of.order->closes) {
            if (is_whole ? !is_deactivated : !is_locked) of.steps = {is_whole ? "deactivate" : "lock"};
            return std::nullopt;
        }
        if (is_whole && is_deactivated) of.steps.emplace_back("reactivate");
        if (is_locked) of.steps.emplace_back("unlock");
        return std::nullopt;
    });
    std::erase_if(list, [](const closing_work& each) { return each.id.empty(); });
    for (const auto index : strangers) unknown(index);
}

void mas_accounts::take_step(closings& list, std::size_t step, const on_done& done) {
    std::erase_if(list, [&](const closing_work& each) {
        if (step < each.steps.size()) return false;
        done(each.index, std::nullopt);
        return true;
    });
    std::vector<http_request> requests;
    for (const auto& each : list)
        requests.push_back(each.steps[step] == "deactivate" ? service_.deactivate_user_request(each.id)
                                                            : service_.change_user_request(each.id, each.steps[step]));
    send(list, requests, done, [&](closing_work& of, const http_response& answer) -> refusal {
        if (succeeded(answer)) return std::nullopt;
        return mas_refusal_of(answer, doing(*of.order));
    });
}

void mas_accounts::erase(std::string_view account) {
    auto& http = processor_.http();
    const auto known = http.send(service_.user_by_name_request(localpart_in(account)));
    if (is_unknown(known)) return server_.erase_account(account);
    if (!succeeded(known)) throw mas_refusal_of(known, "look up an account");
    const auto answer = http.send(service_.erase_user_request(required_text(resource_in(known), "id")));
    if (!succeeded(answer)) throw mas_refusal_of(answer, "erase an account");
}

}  // namespace communication_matrix
