#include "communication_feature.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace communication_yourchat {

using core_communication::account_origin;
using core_communication::diagnosis;
using core_communication::diagnosis_outcome;
using core_communication::failure;
using core_communication::http_method;
using core_communication::http_outcome;
using core_communication::http_request;
using core_communication::percent_encode;
using core_communication::person;
using core_communication::provider_error;
using core_communication::room_role;
using core_communication::user_id;

namespace {

/// The key in the room's store.
constexpr std::string_view room_id_key = "room_id";

std::string name_of(room_role role) {
    switch (role) {
        case room_role::member: return "member";
        case room_role::moderator: return "moderator";
        case room_role::owner: return "owner";
    }
    return "member";
}

/// Empty for a role that somebody has set by hand and that is none of ours: the host leaves it.
std::optional<room_role> role_of(std::string_view name) {
    for (const auto role : {room_role::member, room_role::moderator, room_role::owner})
        if (name_of(role) == name) return role;
    return std::nullopt;
}

boost::json::object profile_of(const person& who) { return {{"name", who.display_name}, {"email", who.email}}; }

std::string member_path(std::string_view room_id, std::string_view account) {
    return "/rooms/" + percent_encode(room_id) + "/members/" + percent_encode(account);
}

std::vector<user_id> ids_of(std::span<const person> people) {
    std::vector<user_id> ids;
    for (const auto& each : people) ids.push_back(each.user);
    return ids;
}

}  // namespace

void communication_feature::load_for_instance(core_communication::processor& room) {
    room_ = &room;
    chat_.emplace(room);
}

void communication_feature::ask_for_each(std::span<const user_id> people, const std::vector<http_request>& requests,
                                         const std::function<void(std::size_t, const answer&)>& take) {
    std::optional<provider_error> nobodys_fault;
    room_->http().send_all(requests, [&](std::size_t index, const http_outcome& outcome) {
        try {
            take(index, chat::outcome(outcome));
        } catch (const provider_error& failed) {
            const bool is_about_one = failed.kind() == failure::rejected || failed.kind() == failure::conflict ||
                                      failed.kind() == failure::invalid;
            if (is_about_one)
                room_->mark_user_as_failed(people[index], failed);
            else
                nobodys_fault = failed;
        }
    });
    if (nobodys_fault) throw *nobodys_fault;
}

// Accounts.

void communication_feature::create_members(std::span<const user_id> userids) {
    const auto people = room_->people(userids);
    const auto accounts = room_->accounts(userids);
    std::vector<person> without_account;
    std::vector<user_id> changed;
    std::vector<http_request> changes;
    for (std::size_t index = 0; index < people.size(); ++index) {
        if (!accounts[index]) {
            without_account.push_back(people[index]);
            continue;
        }
        changed.push_back(userids[index]);
        changes.push_back(chat_->request(http_method::patch, "/users/" + percent_encode(*accounts[index]),
                                         profile_of(people[index])));
    }
    ask_for_each(changed, changes, [&](std::size_t index, const answer& said) {
        if (!succeeded(said)) throw failure_of(said, "change the account");
        room_->mark_users_as_synced(std::span(&changed[index], 1));
    });
    std::vector<person> missing;
    find_accounts(without_account, missing);
    make_accounts(missing);
}

void communication_feature::find_accounts(std::span<const person> people, std::vector<person>& missing) {
    std::vector<http_request> questions;
    for (const auto& each : people)
        questions.push_back(chat_->request(http_method::get, "/users?username=" + percent_encode(each.username)));
    const auto ids = ids_of(people);
    ask_for_each(ids, questions, [&](std::size_t index, const answer& said) {
        if (!succeeded(said)) throw failure_of(said, "tell its accounts");
        const auto found = list_in(said.body, "users");
        if (found.empty()) {
            missing.push_back(people[index]);
            return;
        }
        room_->set_account(ids[index], text_in(found.front().get_object(), "id"), account_origin::found);
        room_->mark_users_as_synced(std::span(&ids[index], 1));
    });
}

void communication_feature::make_accounts(std::span<const person> people) {
    std::vector<http_request> orders;
    for (const auto& each : people) {
        auto account = profile_of(each);
        account["username"] = each.username;
        orders.push_back(chat_->request(http_method::post, "/users", account));
    }
    const auto ids = ids_of(people);
    ask_for_each(ids, orders, [&](std::size_t index, const answer& said) {
        if (!succeeded(said)) throw failure_of(said, "create the account");
        room_->set_account(ids[index], text_in(said.body, "id"), account_origin::made);
        room_->mark_users_as_synced(std::span(&ids[index], 1));
    });
}

// The room.

std::optional<std::string> communication_feature::find_room() {
    if (auto known = room_->value(room_id_key)) return known;
    const auto said = chat_->send(http_method::get, "/rooms?key=" + percent_encode(room_->room_key()));
    if (!succeeded(said)) throw failure_of(said, "tell its rooms");
    const auto found = list_in(said.body, "rooms");
    if (found.empty()) return std::nullopt;
    auto id = text_in(found.front().get_object(), "id");
    room_->set_value(room_id_key, id);
    return id;
}

std::string communication_feature::existing_room() {
    if (auto id = find_room()) return *id;
    throw provider_error(failure::invalid, "the room is not on the server");
}

bool communication_feature::create_chat_room() {
    if (find_room()) return true;
    const auto& wanted = room_->wanted_room();
    const auto said = chat_->send(http_method::post, "/rooms",
                                  {{"key", room_->room_key()}, {"name", wanted.name}, {"topic", wanted.topic}});
    if (!succeeded(said)) throw failure_of(said, "create the room");
    room_->set_value(room_id_key, text_in(said.body, "id"));
    return true;
}

bool communication_feature::update_chat_room() {
    const auto id = find_room();
    if (!id) return false;
    const auto path = "/rooms/" + percent_encode(*id);
    const auto said = chat_->send(http_method::get, path, {}, *id);
    if (said.status == 404) {
        room_->erase_value(room_id_key);
        return false;
    }
    if (!succeeded(said)) throw failure_of(said, "show the room");
    const auto& wanted = room_->wanted_room();
    if (text_in(said.body, "name") == wanted.name && text_in(said.body, "topic") == wanted.topic) return true;
    const auto changed = chat_->send(http_method::patch, path, {{"name", wanted.name}, {"topic", wanted.topic}}, *id);
    if (!succeeded(changed)) throw failure_of(changed, "change the room");
    return true;
}

bool communication_feature::delete_chat_room() {
    if (const auto id = find_room()) {
        const auto said = chat_->send(http_method::delete_, "/rooms/" + percent_encode(*id), {}, *id);
        if (!succeeded(said) && said.status != 404) throw failure_of(said, "delete the room");
        room_->erase_value(room_id_key);
    }
    return true;
}

std::optional<std::string> communication_feature::generate_room_url() {
    const auto id = room_->value(room_id_key);
    if (!id) return std::nullopt;
    return chat_->room_url(*id);
}

// Who is in it.

void communication_feature::add_members_to_room(std::span<const user_id> userids) {
    const auto id = existing_room();
    std::map<user_id, room_role> roles;
    for (const auto& each : room_->wanted_members()) roles.emplace(each.user, each.role);
    const auto accounts = room_->accounts(userids);
    std::vector<http_request> orders;
    for (std::size_t index = 0; index < userids.size(); ++index)
        orders.push_back(chat_->request(http_method::put, member_path(id, accounts[index].value()),
                                        {{"role", name_of(roles[userids[index]])}}, id));
    ask_for_each(userids, orders, [&](std::size_t index, const answer& said) {
        if (!succeeded(said)) throw failure_of(said, "put the person into the room");
        room_->mark_users_as_synced(userids.subspan(index, 1));
    });
}

// The server's PUT says what is to be, whoever is in the room already.
void communication_feature::update_room_membership(std::span<const user_id> userids) { add_members_to_room(userids); }

void communication_feature::remove_members_from_room(std::span<const user_id> userids) {
    const auto id = existing_room();
    const auto accounts = room_->accounts(userids);
    std::vector<http_request> orders;
    for (const auto& account : accounts)
        orders.push_back(chat_->request(http_method::delete_, member_path(id, account.value()), {}, id));
    ask_for_each(userids, orders, [&](std::size_t index, const answer& said) {
        // Who is not there is out of the room, as wanted.
        if (!succeeded(said) && said.status != 404) throw failure_of(said, "take the person out of the room");
        room_->mark_users_as_synced(userids.subspan(index, 1));
    });
}

void communication_feature::synchronise_room_members() {
    const auto own = own_account();
    const auto id = existing_room();
    const auto said = chat_->send(http_method::get, "/rooms/" + percent_encode(id) + "/members", {}, id);
    if (!succeeded(said)) throw failure_of(said, "tell who is in the room");
    std::vector<core_communication::remote_member> members;
    for (const auto& each : list_in(said.body, "members")) {
        core_communication::remote_member member;
        member.account = text_in(each.get_object(), "user");
        member.role = role_of(text_in(each.get_object(), "role"));
        member.exempt = member.account == own;
        members.push_back(std::move(member));
    }
    room_->set_remote_members(std::move(members), true);
}

std::string communication_feature::own_account() {
    const auto said = chat_->send(http_method::get, "/me");
    if (!succeeded(said)) throw failure_of(said, "take the token");
    return text_in(said.body, "id");
}

// For the admin.

std::vector<diagnosis> communication_feature::diagnose() {
    const auto& text = room_->text();
    const core_communication::strings::placeholders at{{"address", room_->site_settings().text("address")}};
    std::vector<diagnosis> found;
    const auto skip = [&](const char* id) {
        found.push_back({id, diagnosis_outcome::skipped, text.get("diagnosis_skipped"), ""});
    };
    answer me;
    try {
        me = chat_->send(http_method::get, "/me");
        if (!succeeded(me) && me.status != 401 && me.status != 403) throw failure_of(me, "tell whose token this is");
        found.push_back({"address", diagnosis_outcome::passed, text.get("diagnosis_address_passed", at), ""});
        if (!succeeded(me)) throw failure_of(me, "take the token");
        const core_communication::strings::placeholders who{{"account", text_in(me.body, "id")}};
        found.push_back({"token", diagnosis_outcome::passed, text.get("diagnosis_token_passed", who), ""});
        const auto* admin = me.body.if_contains("admin");
        if (admin != nullptr && admin->is_bool() && admin->get_bool())
            found.push_back(
                {"permission", diagnosis_outcome::passed, text.get("diagnosis_permission_passed", who), ""});
        else
            found.push_back({"permission", diagnosis_outcome::failed, text.get("diagnosis_permission_failed", who),
                             text.get("diagnosis_permission_advice", who)});
    } catch (const provider_error& failed) {
        if (found.empty()) {
            found.push_back(
                {"address", diagnosis_outcome::failed, failed.what(), text.get("diagnosis_address_advice")});
            skip("token");
        } else {
            found.push_back({"token", diagnosis_outcome::failed, failed.what(), text.get("diagnosis_token_advice")});
        }
        skip("permission");
    }
    return found;
}

}  // namespace communication_yourchat
