#include "mas_closing.hpp"

#include "account_name.hpp"
#include "answer.hpp"
#include "synapse_accounts.hpp"

#include <optional>
#include <utility>

namespace communication_matrix {

using core_communication::failure;
using core_communication::http_request;
using core_communication::http_response;
using core_communication::provider_error;

void mas_closing::change(std::span<const closing_order> orders, const account_maker::on_done& done) {
    std::vector<closing_order> of_homeserver;
    std::vector<std::size_t> places;
    const auto leave_to_homeserver = [&](std::size_t index) {
        of_homeserver.push_back(orders[index]);
        places.push_back(index);
    };
    works of_service;
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

void mas_closing::look_up(works& list, const account_maker::on_done& done,
                          const std::function<void(std::size_t)>& unknown) {
    std::vector<http_request> requests;
    for (const auto& each : list) requests.push_back(service_.user_by_name_request(localpart_in(each.order->account)));
    std::vector<std::size_t> strangers;
    send_for_works(service_.sender(), list, requests, done, [&](work& of, const http_response& answer) -> refusal {
        if (is_unknown_to_service(answer)) {
            strangers.push_back(of.index);
            return std::nullopt;
        }
        if (!succeeded(answer)) return mas_refusal_of(answer, "look up the account " + of.order->account);
        const auto user = resource_in(answer);
        of.id = required_text(user, "id");
        const bool is_locked = !attribute_of(user, "locked_at").empty();
        const bool is_deactivated = !attribute_of(user, "deactivated_at").empty();
        const bool is_whole = of.order->what == closing::deactivate;
        const bool is_closed = is_whole ? is_deactivated : is_locked;
        if (of.order->closes) {
            if (is_admin(user))
                return provider_error(failure::conflict, of.order->account +
                                                             " is the account of an admin of Matrix Authentication "
                                                             "Service, which is not closed");
            if (is_closed && !of.order->is_ours) return closed_by_others(*of.order);
            if (!is_closed) of.steps = {is_whole ? "deactivate" : "lock"};
        } else if (is_closed) {
            // A version that reactivates does not lock what it deactivates: a lock beside it is somebody else's.
            of.steps = {is_whole ? "reactivate" : "unlock"};
        }
        return std::nullopt;
    });
    std::erase_if(list, [](const work& each) { return each.id.empty(); });
    for (const auto index : strangers) unknown(index);
}

void mas_closing::take_step(works& list, std::size_t step, const account_maker::on_done& done) {
    std::erase_if(list, [&](const work& each) {
        if (step < each.steps.size()) return false;
        done(each.index, std::nullopt);
        return true;
    });
    std::vector<http_request> requests;
    for (const auto& each : list)
        requests.push_back(each.steps[step] == "deactivate" ? service_.deactivate_user_request(each.id)
                                                            : service_.change_user_request(each.id, each.steps[step]));
    send_for_works(service_.sender(), list, requests, done, [&](work& of, const http_response& answer) -> refusal {
        if (succeeded(answer)) return std::nullopt;
        return mas_refusal_of(answer, doing(*of.order));
    });
}

void mas_closing::erase(std::string_view account) {
    const auto known = service_.send(service_.user_by_name_request(localpart_in(account)));
    if (is_unknown_to_service(known)) {
        if (!is_not_found(processor_.http().send(server_.look_request(account)))) server_.erase_account(account);
        return;
    }
    if (!succeeded(known)) throw mas_refusal_of(known, "look up an account");
    const auto answer = service_.send(service_.erase_user_request(required_text(resource_in(known), "id")));
    if (!succeeded(answer)) throw mas_refusal_of(answer, "erase an account");
}

}  // namespace communication_matrix
