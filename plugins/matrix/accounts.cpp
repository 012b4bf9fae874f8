#include "accounts.hpp"

#include "account_name.hpp"
#include "answer.hpp"
#include "batch.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace communication_matrix {

using core_communication::failure;
using core_communication::http_request;
using core_communication::person;
using core_communication::provider_error;
using core_communication::user_id;

namespace {

/// What the roster does not know is left as it is on the server.
boost::json::object user_of(const person& who) {
    boost::json::object user;
    if (!who.display_name.empty()) user["displayname"] = who.display_name;
    if (!who.email.empty())
        user["threepids"] = boost::json::array{boost::json::object{{"medium", "email"}, {"address", who.email}}};
    return user;
}

}  // namespace

accounts::accounts(core_communication::processor& processor, client& server, const configuration& site,
                   remote_room& remote)
    : processor_(processor), server_(server), site_(site), remote_(remote) {}

void accounts::create(std::span<const user_id> userids) {
    const auto own_account = remote_.own_account();
    std::vector<user_id> users;
    std::vector<std::string> names;
    std::vector<http_request> requests;
    for (const auto& who : processor_.people(userids)) {
        if (who.username.empty()) {
            processor_.mark_user_as_failed(who.user, {failure::invalid, "the roster gives no user name"});
            continue;
        }
        auto name = account_of(who.username, site_.account_prefix, site_.server_name);
        // The call would make it a person's, and its name theirs.
        if (name == own_account) {
            processor_.mark_user_as_failed(who.user,
                                           {failure::conflict, name + " is the account that this plugin works with"});
            continue;
        }
        if (is_server_admin(name)) {
            processor_.mark_user_as_failed(
                who.user, {failure::conflict, name + " is the account of a server admin, which is not taken over"});
            continue;
        }
        if (std::find(names.begin(), names.end(), name) != names.end()) {
            processor_.mark_user_as_failed(who.user, {failure::conflict, name + " is another person's account"});
            continue;
        }
        requests.push_back(server_.account_request(name, user_of(who)));
        names.push_back(std::move(name));
        users.push_back(who.user);
    }
    send_for_each(processor_, requests, users,
                  [&](std::size_t index, const auto& answer) { take_answer(users[index], names[index], answer); });
}

bool accounts::is_server_admin(std::string_view account) {
    if (!server_admins_) server_admins_ = server_.server_admins();
    return server_admins_->contains(account);
}

void accounts::take_answer(user_id user, std::string_view account, const core_communication::http_response& answer) {
    if (!succeeded(answer)) {
        processor_.mark_user_as_failed(user, refusal_of(answer, "make the account " + std::string(account)));
        return;
    }
    try {
        processor_.set_account(user, account);
    } catch (const provider_error& taken) {
        // Another person's account: that is for an admin to sort out, and the others go on.
        processor_.mark_user_as_failed(user, taken);
        return;
    }
    processor_.mark_users_as_synced(std::array{user});
}

}  // namespace communication_matrix
