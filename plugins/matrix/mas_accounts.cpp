#include "mas_accounts.hpp"

#include "account_name.hpp"
#include "addresses.hpp"
#include "answer.hpp"
#include "batch.hpp"
#include "bounded_json.hpp"
#include "synapse_accounts.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace communication_matrix {

using core_communication::failure;
using core_communication::http_request;
using core_communication::http_response;
using core_communication::log_level;
using core_communication::provider_error;

namespace {

/// Of somebody who has an account, or may have one: `rejected` would say that they have none and get none.
provider_error with_account(const provider_error& why) {
    return why.kind() == failure::rejected ? provider_error(failure::invalid, why.what()) : why;
}

provider_error is_somebody_elses(const account_order& order) {
    return {failure::unavailable, order.account +
                                      " is somebody's in Matrix Authentication Service, which has yet to put "
                                      "it on the homeserver"};
}

/// In our words, because the service's own have the address in them.
std::string refusal_of_address(const http_response& answer) {
    if (answer.status == 409) return "another account of Matrix Authentication Service has it";
    if (answer.status == 400) return "to Matrix Authentication Service it is none";
    return "Matrix Authentication Service refuses it (" + std::to_string(answer.status) + ")";
}

/// Without the external id that the service gives each account through its older connection to the homeserver
/// (crates/matrix-synapse/src/legacy.rs of its source): that stands for the service, and for no other one to sign in through.
boost::json::object without_delegation(boost::json::object account) {
    auto* ids = account.if_contains("external_ids");
    if (ids == nullptr || !ids->is_array()) return account;
    auto& list = ids->get_array();
    list.erase(std::remove_if(list.begin(), list.end(),
                              [](const auto& each) {
                                  return each.is_object() &&
                                         text_in(each.get_object(), "auth_provider") == "oauth-delegated";
                              }),
               list.end());
    return account;
}

/// Takes those out of the list of whom that is true.
template <class Works, class Predicate>
Works taken(Works& list, const Predicate& is_so) {
    const auto rest = std::stable_partition(list.begin(), list.end(), [&](const auto& each) { return !is_so(each); });
    Works out(std::make_move_iterator(rest), std::make_move_iterator(list.end()));
    list.erase(rest, list.end());
    return out;
}

template <class Works>
void append(Works& list, Works more) {
    list.insert(list.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

mas_accounts::mas_accounts(core_communication::processor& processor, client& server, const configuration& site)
    : processor_(processor), server_(server), service_(processor, server, site), closing_(processor, server, service_),
      site_(site) {}

void mas_accounts::carry_out(std::span<const account_order> orders, const on_maker& tell, const on_done& done) {
    works to_make;
    works to_look_up;
    works named_alone;
    for (std::size_t index = 0; index < orders.size(); ++index) {
        const auto& order = orders[index];
        // A name alone is the homeserver's.
        const bool is_of_service = order.is_new || !order.address().empty() || order.wants_external_id();
        const bool is_made = !order.is_new || order.made != our_part::none;
        (!is_of_service ? named_alone : is_made ? to_look_up : to_make).push_back({index, &order});
    }
    for (auto& each : look_up_users(to_look_up, done)) {
        if (each.order->is_new)  // begun and never made
            to_make.push_back(std::move(each));
        else
            done(each.index, provider_error(failure::conflict, each.order->account +
                                                                   " is on the homeserver and not in Matrix "
                                                                   "Authentication Service, so that nobody can sign in "
                                                                   "to it"));
    }
    add_users(to_make, tell, done);
    read_addresses(to_look_up, done);
    for (const auto& each : taken(to_look_up, is_no_work_of_ours)) {
        tell(each.index, account_made_by::somebody_else);
        done(each.index, is_somebody_elses(*each.order));
    }
    taken(to_look_up, [&](const work& each) {
        try {
            if (each.order->is_new) tell(each.index, account_made_by::us);
        } catch (const provider_error& another_persons) {
            done(each.index, another_persons);
            return true;
        }
        return false;
    });
    auto at_service = std::move(to_make);
    append(at_service, std::move(to_look_up));
    link(at_service, done);
    give_addresses(at_service, done);
    remove_other_addresses(at_service);
    wait_for_homeserver(at_service, done);
    append(named_alone, std::move(at_service));
    name(named_alone, done);
    for (const auto& each : named_alone) done(each.index, std::nullopt);
}

void mas_accounts::add_users(works& list, const on_maker& tell, const on_done& done) {
    std::vector<http_request> requests;
    for (const auto& each : list)
        requests.push_back(service_.add_user_request(localpart_in(each.order->account), each.order->name()));
    works others;
    send_for_works(service_.sender(), list, requests, done, [&](work& of, const http_response& answer) -> refusal {
        if (succeeded(answer)) {
            tell(of.index, account_made_by::us);
            of.id = required_text(resource_in(answer), "id");
            return std::nullopt;
        }
        if (answer.status != 409) {
            const auto why = mas_refusal_of(answer, "make the account " + of.order->account);
            return answer.status < 500 ? why : with_account(why);
        }
        // Said at once: whatever fails from here on, it must not be taken for ours at the next try.
        tell(of.index, account_made_by::somebody_else);
        others.push_back(of);
        return std::nullopt;
    });
    std::erase_if(list, [](const work& each) { return each.id.empty(); });
    say_whose_name_it_is(std::move(others), done);
}

void mas_accounts::say_whose_name_it_is(works list, const on_done& done) {
    for (const auto& each : look_up_users(list, done))
        done(each.index, provider_error(failure::conflict, "the homeserver keeps the name " + each.order->account +
                                                               " for itself or had it before"));
    for (const auto& each : list) done(each.index, is_somebody_elses(*each.order));
}

mas_accounts::works mas_accounts::look_up_users(works& list, const on_done& done) {
    std::vector<http_request> requests;
    for (const auto& each : list) requests.push_back(service_.user_by_name_request(localpart_in(each.order->account)));
    works unknown;
    send_for_works(service_.sender(), list, requests, done, [&](work& of, const http_response& answer) -> refusal {
        if (succeeded(answer))
            of.id = required_text(resource_in(answer), "id");
        else if (is_unknown_to_service(answer))
            unknown.push_back(of);
        else
            return with_account(mas_refusal_of(answer, "look up the account " + of.order->account));
        return std::nullopt;
    });
    std::erase_if(list, [](const work& each) { return each.id.empty(); });
    return unknown;
}

void mas_accounts::read_addresses(works& list, const on_done& done) {
    auto with = taken(list, [](const work& each) { return !each.order->address().empty(); });
    std::vector<http_request> requests;
    for (const auto& each : with) requests.push_back(service_.emails_request(each.id));
    send_for_works(service_.sender(), with, requests, done, [&](work& of, const http_response& answer) -> refusal {
        if (!succeeded(answer))
            return with_account(mas_refusal_of(answer, "tell the addresses of " + of.order->account));
        for (const auto& each : resources_in(answer)) {
            if (canonical(attribute_of(each, "email")) == canonical(of.order->address()))
                of.has_address = true;
            else
                of.other_addresses.push_back(required_text(each, "id"));
        }
        return std::nullopt;
    });
    append(list, std::move(with));
}

bool mas_accounts::is_no_work_of_ours(const work& of) {
    return of.order->is_new && of.order->made == our_part::begun && !of.other_addresses.empty();
}

void mas_accounts::link(works& list, const on_done& done) {
    auto linked = taken(list, [](const work& each) { return each.order->wants_external_id(); });
    std::vector<http_request> requests;
    for (const auto& each : linked) requests.push_back(service_.add_link_request(each.id, *each.order->subject));
    send_for_works(service_.sender(), linked, requests, done, [&](work& of, const http_response& answer) -> refusal {
        of.has_link = succeeded(answer);
        if (of.has_link || answer.status == 409) return std::nullopt;
        return with_account(
            mas_refusal_of(answer, "link " + of.order->account + " with the provider " + of.order->subject->provider));
    });
    auto claimed = taken(linked, [](const work& each) { return !each.has_link; });
    look_at_links(claimed, done);
    append(list, std::move(linked));
    append(list, std::move(claimed));
}

void mas_accounts::look_at_links(works& list, const on_done& done) {
    std::vector<http_request> requests;
    for (const auto& each : list) requests.push_back(service_.links_request(*each.order->subject));
    send_for_works(service_.sender(), list, requests, done, [&](work& of, const http_response& answer) -> refusal {
        const auto& provider = of.order->subject->provider;
        if (!succeeded(answer)) return with_account(mas_refusal_of(answer, "say who signs in through " + provider));
        std::string owner;
        for (const auto& each : resources_in(answer)) owner = attribute_of(each, "user_id");
        if (owner == of.id) return std::nullopt;  // by another room, since it was asked for
        // Older versions allow a user one link to a provider.
        return provider_error(failure::conflict,
                              of.order->account + (owner.empty() ? " signs in through the provider " + provider +
                                                                       " as somebody else: remove that link in Matrix "
                                                                       "Authentication Service if it is wrong by now"
                                                                 : " is not whom this person signs in to through the "
                                                                   "provider " +
                                                                       provider));
    });
}

void mas_accounts::give_addresses(works& list, const on_done& done) {
    auto without = taken(list, [](const work& each) { return !each.order->address().empty() && !each.has_address; });
    std::vector<http_request> requests;
    for (const auto& each : without) requests.push_back(service_.add_email_request(each.id, each.order->address()));
    send_for_works(service_.sender(), without, requests, done, [&](work& of, const http_response& answer) -> refusal {
        of.has_address = succeeded(answer);
        if (of.has_address) return std::nullopt;
        if (const auto why = mas_refusal_of(answer, "take an address"); concerns_all(why)) return why;
        // It costs nobody the account. 409 is of whoever has the address, and of this user the list was read.
        processor_.log().log(log_level::warning,
                             of.order->account + " is not given its e-mail address: " + refusal_of_address(answer));
        return std::nullopt;
    });
    append(list, std::move(without));
}

void mas_accounts::remove_other_addresses(const works& list) {
    works of_others;
    std::vector<http_request> removals;
    for (const auto& each : list) {
        if (!each.has_address) continue;  // the others are all that a password can be reset with
        for (const auto& id : each.other_addresses) {
            of_others.push_back(each);
            removals.push_back(service_.remove_email_request(id));
        }
    }
    const auto say_it_stays = [&](const work& of, const std::string& why) {
        processor_.log().log(log_level::warning,
                             of.order->account + " keeps an e-mail address that was there before: " + why);
    };
    send_for_works(
        service_.sender(), of_others, removals,
        [&](std::size_t index, const refusal& why) {
            const auto of =
                std::find_if(list.begin(), list.end(), [&](const work& each) { return each.index == index; });
            say_it_stays(*of, why->what());
        },
        [&](work& of, const http_response& answer) -> refusal {
            if (!succeeded(answer) && !is_unknown_to_service(answer))
                say_it_stays(of, "Matrix Authentication Service refuses to remove it (" +
                                     std::to_string(answer.status) + ")");
            return std::nullopt;
        });
}

void mas_accounts::wait_for_homeserver(works& list, const on_done& done) {
    auto waiting = taken(list, [](const work& each) { return each.order->is_new; });
    std::vector<http_request> requests;
    for (const auto& each : waiting) requests.push_back(server_.look_request(each.order->account));
    send_for_works(sender_to(processor_), waiting, requests, done,
                   [&](work& of, const http_response& answer) -> refusal {
                       if (succeeded(answer)) return std::nullopt;
                       if (!is_not_found(answer))
                           return with_account(refusal_of(answer, "look up the account " + of.order->account));
                       return provider_error(failure::unavailable,
                                             of.order->account +
                                                 " is made, and Matrix Authentication Service has yet to put it on "
                                                 "the homeserver");
                   });
    append(list, std::move(waiting));
}

void mas_accounts::name(works& list, const on_done& done) {
    auto named = taken(list, [](const work& each) { return !each.order->name().empty(); });
    std::vector<http_request> requests;
    for (const auto& each : named) requests.push_back(server_.name_request(each.order->account, each.order->name()));
    send_for_works(sender_to(processor_), named, requests, done, [&](work& of, const http_response& answer) -> refusal {
        if (succeeded(answer)) return std::nullopt;
        return with_account(refusal_of(answer, "change the name of " + of.order->account));
    });
    append(list, std::move(named));
}

void mas_accounts::find(std::span<const external_id> people, const on_account& found) {
    std::vector<http_request> requests;
    for (const auto& each : people) requests.push_back(service_.links_request(each));
    const auto rethrow = [](std::size_t, const provider_error& why) { throw provider_error(why); };
    std::vector<std::size_t> owners;
    std::vector<http_request> names;
    service_.send_all(
        requests,
        [&](std::size_t index, const http_response& answer) {
            const auto& provider = people[index].provider;
            // Its filter by provider looks the provider up; 400: what is no ULID.
            if (is_unknown_to_service(answer) || answer.status == 400)
                throw provider_error(failure::unauthorised,
                                     "Matrix Authentication Service knows no provider " + provider +
                                         " of single sign-on: set sso_provider to the id of one");
            if (!succeeded(answer)) throw with_account(mas_refusal_of(answer, "say who signs in through " + provider));
            for (const auto& each : resources_in(answer)) {
                const auto user = attribute_of(each, "user_id");
                if (user.empty()) continue;  // signed in, and never chose a name
                owners.push_back(index);
                names.push_back(service_.user_request(user));
                return;
            }
        },
        rethrow);
    service_.send_all(
        names,
        [&](std::size_t at, const http_response& answer) {
            if (is_unknown_to_service(answer)) return;
            if (!succeeded(answer)) throw with_account(mas_refusal_of(answer, "tell a user"));
            found(owners[at], "@" + attribute_of(resource_in(answer), "username") + ":" + site_.server_name);
        },
        rethrow);
}

bool mas_accounts::is_as_made(const boost::json::object& account, const account_order& order) const {
    const auto shown = text_in(account, "displayname");
    auto as_named = account;
    if (shown.empty() || shown == localpart_in(order.account)) as_named["displayname"] = order.who.display_name;
    return is_as_sent(without_delegation(as_named), order.who, std::nullopt);
}

}  // namespace communication_matrix
