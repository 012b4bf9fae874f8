#include "synapse_accounts.hpp"

#include "answer.hpp"
#include "batch.hpp"
#include "bounded_json.hpp"
#include "common_question.hpp"
#include "shown_account.hpp"
#include "stored_time.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <chrono>
#include <numeric>
#include <string>
#include <vector>

namespace communication_matrix {

using core_communication::failure;
using core_communication::http_request;
using core_communication::http_response;
using core_communication::log_level;
using core_communication::provider_error;

namespace {

// What is kept in processor::site_value: "SECONDS ADDRESS", when this homeserver was last seen to have its accounts itself.
constexpr std::string_view own_accounts_key = "own_accounts";

/// For so long that is believed: a server that moves to another service is not asked about each room.
constexpr std::chrono::hours believed{1};

/// What the account lacks. What the roster does not know is left as it is on the server.
boost::json::object user_of(const account_order& order, bool with_address) {
    boost::json::object user;
    if (!order.name().empty()) user["displayname"] = order.name();
    if (!order.address().empty() && with_address)
        user["threepids"] = boost::json::array{boost::json::object{{"medium", "email"}, {"address", order.address()}}};
    if (order.wants_external_id()) {
        // Synapse puts the list in the place of the one that was there.
        boost::json::array all;
        auto ids = order.signs_in_with;
        ids.push_back(*order.subject);
        for (const auto& each : ids)
            all.push_back(boost::json::object{{"auth_provider", each.provider}, {"external_id", each.subject}});
        user["external_ids"] = std::move(all);
    }
    return user;
}

/// "rejected" says that there is no account; here there may be one.
provider_error as_of_somebody_there(const provider_error& why) {
    return why.kind() == failure::rejected ? provider_error(failure::invalid, why.what()) : why;
}

http_request request_of(const client& server, const closing_order& order) {
    if (order.what == closing::suspend) return server.suspend_request(order.account, order.closes);
    if (order.what == closing::deactivate && order.closes) return server.deactivate_request(order.account);
    return server.account_request(order.account, {{field_of(order.what), order.closes}});
}

/// A Synapse that does not know how says so, or passes over the field and shows no such thing afterwards.
bool is_unknown_to(const http_response& answer, const closing_order& order) {
    if (is_not_offered(answer)) return true;
    return order.what == closing::lock && succeeded(answer) &&
           is_set(object_in(answer), field_of(order.what)) != order.closes;
}

}  // namespace

synapse_accounts::synapse_accounts(core_communication::processor& processor, client& server, const configuration& site)
    : processor_(processor), server_(server), site_(site) {}

void synapse_accounts::carry_out(std::span<const account_order> orders, const on_maker&, const on_done& done) {
    if (std::any_of(orders.begin(), orders.end(), [](const auto& each) { return each.is_new; })) refuse_under_mas();
    std::vector<refusal> refused;
    const auto settle = [&](std::size_t index, const http_response& answer) {
        if (succeeded(answer)) return done(index, std::nullopt);
        const auto& one = orders[index];
        refused.push_back(
            {index, refusal_of(answer, (one.is_new ? "make the account " : "change the account ") + one.account)});
    };
    std::vector<std::size_t> each(orders.size());
    std::iota(each.begin(), each.end(), std::size_t{0});
    std::vector<std::size_t> again;
    try {
        put(orders, each, true, done, [&](std::size_t index, const http_response& answer) {
            const auto& one = orders[index];
            if (answer.status != 400 || one.address().empty()) return settle(index, answer);
            again.push_back(index);
            processor_.log().log(log_level::warning, one.account + " is tried once more without its e-mail address: " +
                                                         refusal_of(answer, "take it with the address").what());
        });
        // The account may be there: Synapse makes it, and then looks at the address.
        put(orders, again, false, done, settle);
    } catch (const provider_error&) {
        // The server is not asked for anything more.
        for (const auto& [index, why] : refused) done(index, as_of_somebody_there(why));
        throw;
    }
    tell(orders, refused, done);
}

void synapse_accounts::put(std::span<const account_order> orders, std::span<const std::size_t> which, bool with_address,
                           const on_done& done, const on_answer& take) {
    std::vector<http_request> requests;
    for (const auto index : which)
        requests.push_back(server_.account_request(orders[index].account, user_of(orders[index], with_address)));
    send_all(
        processor_, requests, [&](std::size_t at, const http_response& answer) { take(which[at], answer); },
        [&](std::size_t at, const provider_error& why) { done(which[at], why); });
}

void synapse_accounts::tell(std::span<const account_order> orders, std::span<const refusal> refused,
                            const on_done& done) {
    std::vector<http_request> requests;
    std::vector<const refusal*> looked_up;
    for (const auto& each : refused) {
        if (each.why.kind() != failure::rejected) {
            done(each.index, each.why);
            continue;
        }
        requests.push_back(server_.look_request(orders[each.index].account));
        looked_up.push_back(&each);
    }
    send_all(
        processor_, requests,
        [&](std::size_t at, const http_response& answer) {
            const auto& [index, why] = *looked_up[at];
            done(index, is_not_found(answer) ? why : as_of_somebody_there(why));
        },
        [&](std::size_t at, const provider_error& why) { done(looked_up[at]->index, why); });
}

void synapse_accounts::find(std::span<const external_id> people, const on_account& found) {
    std::vector<http_request> requests;
    for (const auto& each : people) requests.push_back(server_.external_id_request(each));
    send_all(
        processor_, requests,
        [&](std::size_t index, const http_response& answer) {
            if (is_not_found(answer)) return;
            if (!succeeded(answer)) throw failure_of(answer, "say who signs in through " + people[index].provider);
            found(index, required_text(object_in(answer), "user_id"));
        },
        [](std::size_t, const provider_error& why) { throw provider_error(why); });
}

bool synapse_accounts::is_as_made(const boost::json::object& account, const account_order& order) const {
    return is_as_sent(account, order.who, order.subject);
}

void synapse_accounts::change(std::span<const closing_order> orders, const on_done& done) {
    change_at_homeserver(processor_, server_, orders, done);
}

void synapse_accounts::erase(std::string_view account) { server_.erase_account(account); }

bool synapse_accounts::were_own_lately() const {
    const auto kept = processor_.site_value(own_accounts_key).value_or("");
    const auto space = std::min(kept.find(' '), kept.size());
    return is_within(kept, believed) && kept.substr(std::min(space + 1, kept.size())) == site_.homeserver_url;
}

void synapse_accounts::refuse_under_mas() {
    if (were_own_lately()) return;
    const auto issuer = ask_once("who makes accounts at " + site_.homeserver_url, processor_.cancellation(), [&] {
        if (were_own_lately()) return std::string();
        if (auto found = server_.authentication_issuer()) return *std::move(found);
        processor_.set_site_value(own_accounts_key, time_to_store() + " " + site_.homeserver_url);
        return std::string();
    });
    if (issuer.empty()) return;
    throw provider_error(failure::unauthorised,
                         "the accounts of this server are made by Matrix Authentication Service (" + issuer +
                             "), and nobody could sign in to one that Synapse makes beside it: set mas_url, "
                             "mas_client_id and mas_client_secret");
}

std::string doing(const closing_order& order) {
    const auto words = [&]() -> std::string {
        switch (order.what) {
            case closing::lock: return order.closes ? "lock" : "unlock";
            case closing::suspend: return order.closes ? "suspend" : "lift the suspension of";
            case closing::deactivate: return order.closes ? "deactivate" : "reactivate";
        }
        return "change";
    };
    return words() + " the account " + order.account;
}

void change_at_homeserver(core_communication::processor& processor, const client& server,
                          std::span<const closing_order> orders, const account_maker::on_done& done) {
    std::vector<http_request> requests;
    std::vector<std::size_t> sent;
    for (std::size_t index = 0; index < orders.size(); ++index) {
        const auto& order = orders[index];
        if (is_set(order.looked, field_of(order.what)) == order.closes) {
            done(index, order.closes && !order.is_ours ? std::optional(closed_by_others(order)) : std::nullopt);
            continue;
        }
        requests.push_back(request_of(server, order));
        sent.push_back(index);
    }
    send_all(
        processor, requests,
        [&](std::size_t at, const http_response& answer) {
            const auto& order = orders[sent[at]];
            if (is_unknown_to(answer, order))
                return done(sent[at], provider_error(failure::invalid, "the server's version cannot " + doing(order)));
            if (succeeded(answer)) return done(sent[at], std::nullopt);
            done(sent[at], refusal_of(answer, doing(order)));
        },
        [&](std::size_t at, const provider_error& why) { done(sent[at], why); });
}

}  // namespace communication_matrix
