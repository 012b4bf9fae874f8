#include "space_members.hpp"

#include "account_rule.hpp"
#include "answer.hpp"
#include "array_reader.hpp"
#include "batch.hpp"
#include "bounded_json.hpp"

#include <core_communication/provider_error.hpp>

#include <boost/json/object.hpp>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace communication_matrix {

using core_communication::failure;
using core_communication::http_request;
using core_communication::http_response;
using core_communication::log_level;
using core_communication::provider_error;
using core_communication::user_id;

space_members::space_members(core_communication::processor& processor, client& server, const configuration& site,
                             remote_room& remote, space& of_site)
    : processor_(processor), server_(server), site_(site), remote_(remote), space_(of_site) {}

bool space_members::are_to_come(std::span<const user_id> users) {
    const auto* state = space_.is_wanted() ? remote_.state() : nullptr;
    if (state == nullptr) return false;
    const auto accounts = processor_.accounts(users);
    return std::any_of(accounts.begin(), accounts.end(),
                       [&](const auto& account) { return account && !state->has_joined(*account); });
}

bool space_members::take_in(std::span<const user_id> users) {
    return has_everybody_ ? take_in_those_of(users) : take_in_everybody();
}

bool space_members::take_in_everybody() {
    if (!space_.is_wanted()) return true;
    has_everybody_ = true;
    std::vector<user_id> users;
    for (const auto& each : processor_.wanted_members()) users.push_back(each.user);
    return take_in_those_of(users);
}

bool space_members::take_in_those_of(std::span<const user_id> users) {
    if (!space_.is_wanted()) return true;
    try {
        const auto* state = remote_.state();
        if (state == nullptr) return true;
        std::vector<std::string> in_room;
        for (auto& account : processor_.accounts(users))
            if (account && state->has(*account) && *account != remote_.own_account() &&
                *account != site_.second_account)
                in_room.push_back(std::move(*account));
        if (in_room.empty()) return true;
        const auto id = space_.id();
        if (!id) return false;
        const auto missing = space_.known().claim(in_room, processor_.cancellation(), [&] { return read(*id); });
        return missing.empty() || send(*id, missing);
    } catch (const provider_error& failed) {
        if (is_of_whole_server(failed))
            processor_.log().log(log_level::warning,
                                 std::string("people of the room were not put into the space: ") + failed.what());
        else
            space_.give_up(failed);
        return false;
    }
}

bool space_members::send(const std::string& id, std::span<const std::string> accounts) {
    std::vector<http_request> requests;
    for (const auto& account : accounts)
        requests.push_back(is_local(account, site_) ? server_.join_request(id, account)
                                                    : server_.invite_request(id, account));
    std::set<std::string> open(accounts.begin(), accounts.end());
    std::map<std::string, std::string> refused;
    const auto give_back = [&] {
        for (const auto& account : open) space_.known().give_back(account);
    };
    std::optional<provider_error> failed;
    try {
        send_all(
            processor_, requests,
            [&](std::size_t index, const http_response& answer) {
                if (succeeded(answer)) {
                    open.erase(accounts[index]);
                    return;
                }
                const auto why = refusal_of(answer, "let them in");
                if (answer.status < 500 && !concerns_all(why))
                    refused.emplace(accounts[index], why.what());
                else
                    failed = why;
            },
            [&](std::size_t index, const provider_error& why) { refused.emplace(accounts[index], why.what()); });
        settle(id, refused, open);
        if (failed)
            processor_.log().log(
                log_level::warning,
                std::string("some of the room are still to be put into the space, since the server failed at it: ") +
                    failed->what());
    } catch (...) {
        give_back();
        throw;
    }
    give_back();
    return open.empty();
}

void space_members::settle(const std::string& id, const std::map<std::string, std::string>& refused,
                           std::set<std::string>& open) {
    std::vector<http_request> requests;
    std::vector<std::string> accounts;
    for (const auto& [account, why] : refused) {
        requests.push_back(server_.membership_request(id, account));
        accounts.push_back(account);
    }
    std::map<std::string, http_response> answers;
    std::optional<provider_error> failed;
    send_all(
        processor_, requests,
        [&](std::size_t index, const http_response& answer) { answers.emplace(accounts[index], answer); },
        [&](std::size_t, const provider_error& why) { failed = why; });
    std::size_t left_out = 0;
    for (const auto& [account, answer] : answers) {
        if (!succeeded(answer) && !is_not_found(answer))
            throw refusal_of(answer, "tell whether somebody is in the space");
        const auto how = succeeded(answer) ? text_in(object_in(answer), "membership") : "";
        open.erase(account);
        if (!how.empty() && how != "invite") continue;
        ++left_out;
        space_.known().shut_out(account);
        processor_.log().log(log_level::debug, account + " was not put into the space: " + refused.at(account));
    }
    if (left_out > 0)
        processor_.log().log(log_level::warning, "the server refused to put " + std::to_string(left_out) +
                                                     " people of the room into the space");
    if (failed) throw provider_error(*failed);
}

std::unordered_set<std::size_t> space_members::read(const std::string& id) {
    const auto answer = server_.read_state(id);
    const auto own_account = remote_.own_account();
    bool are_we_in = false;
    std::unordered_set<std::size_t> ever_in;
    for_each_element(answer.value_or("[]"), [&](const boost::json::value& event) {
        const auto* object = event.if_object();
        if (object == nullptr || text_in(*object, "type") != "m.room.member") return;
        const auto account = text_in(*object, "state_key");
        const auto* content = object->if_contains("content");
        // Synapse puts somebody in by inviting first: joining finishes it.
        const auto how = content != nullptr && content->is_object() ? text_in(content->get_object(), "membership") : "";
        if (how != "invite" || !is_local(account, site_)) ever_in.insert(known_space::hash_of(account));
        if (account == own_account) are_we_in = how == "join";
    });
    // To somebody who has left Synapse gives the state as it was then.
    if (!are_we_in) throw provider_error(failure::conflict, own_account + " is not in the space " + id);
    return ever_in;
}

}  // namespace communication_matrix
