#include "worker/validator/server_room.hpp"

#include "worker/validator/judgement.hpp"
#include "worker/validator/people.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <utility>

namespace commhost::worker::validator {

namespace {

using core_communication::presence;
using core_communication::user_id;

constexpr std::string_view where = "server";

/// For the server, so that a slow one is told as such before the process is killed for it.
std::chrono::milliseconds longest_wait(const order& told) { return std::chrono::milliseconds(told.time) / 4; }

service::http_settings http_settings_of(const order& told) {
    service::http_settings settings;
    settings.ca_file = told.ca_file;
    settings.proxy = told.proxy;
    settings.tries = 2;
    settings.patience = longest_wait(told);
    settings.connect_timeout = std::min(settings.connect_timeout, longest_wait(told));
    return settings;
}

service::http_account account_of(const stage& on) {
    const auto values = values_of(on.order().component, on.schema().site, on.order().settings.site);
    return {values.urls(), values.secret_texts(), false};
}

/// Why a call did not do its work.
std::string reason_of(const call_result& call) {
    if (call.refused)
        return std::string(core_communication::to_string(call.refused->kind())) + ", " + call.refused->what();
    if (call.threw) return *call.threw;
    if (call.cancelled) return "task_cancelled";
    if (!call.failed.empty()) return call.failed.begin()->second.what();
    return "-";
}

}  // namespace

server_room::server_room(stage& on, const std::optional<std::string>& key)
    : stage_(on), key_(key.value_or("")), http_(on.order().component, http_settings_of(on.order()), account_of(on)),
      line_(http_.service(), longest_wait(on.order())),
      trial_(on, line_,
             {.room_key = key_.empty() ? trial_options().room_key : key_, .without_room = !key, .every_url = {}}),
      is_gone_(!key) {
    trial_.room().set_room({"commhost-validate", "A room of commhost plugin validate", ""});
    give_accounts();
}

server_room::~server_room() {
    // A server that does not answer would not answer to this either, for as long again.
    const bool is_away = last_.refused && last_.refused->kind() == core_communication::failure::unavailable;
    if (is_gone_ || (is_away && !line_.has_lost())) return;
    try {
        line_.lose(std::nullopt);
        verdict nobody_asks;
        step_until_done(method::delete_chat_room, nobody_asks);
    } catch (const std::exception&) {  // the room is on record as one that was begun
    }
}

void server_room::give_accounts() {
    if (stage_.can(plugin::capability::user_provider)) return;
    const auto& given = stage_.order().settings.accounts;
    for (std::size_t at = 0; at < std::min(given.size(), everybody.size()); ++at)
        trial_.room().strict_processor::memory::set_account(everybody.at(at), given[at],
                                                            core_communication::account_origin::found);
}

std::vector<std::optional<std::string>> server_room::accounts() {
    return trial_.room().strict_processor::memory::accounts(everybody);
}

std::vector<user_id> server_room::people() {
    const auto accounts = this->accounts();
    std::vector<user_id> with;
    for (std::size_t at = 0; at < everybody.size(); ++at)
        if (accounts[at]) with.push_back(everybody.at(at));
    return with;
}

bool server_room::judge(const call_result& call, std::span<const user_id> users, verdict& found) {
    judge_ending(call, found);
    const bool done = call.returned &&
                      std::all_of(users.begin(), users.end(), [&](user_id each) { return call.synced.contains(each); });
    if (!done)
        found.fail("validate_not_done", {{"method", std::string(to_string(call.which))}, {"reason", reason_of(call)}});
    return done;
}

bool server_room::make(verdict& found) {
    if (!judge(trial_.begin_task(), {}, found)) return false;
    if (trial_.has(method::create_members)) {
        call(method::create_members, where);
        if (!judge(last_, everybody, found)) return false;
    }
    return until_done(method::create_chat_room, found);
}

const call_result& server_room::call(method which, std::string_view at, std::span<const user_id> users) {
    if (which == method::create_chat_room && trial_.has(which)) begin_room();
    last_ = trial_.call(which, at, users);
    if (which == method::adopt_chat_room && trial_.has(which) && last_.returned) begin_room();
    return last_;
}

void server_room::begin_room() {
    if (std::exchange(has_begun_, true)) return;
    is_gone_ = false;
    stage_.report().begins_room(key_);
}

bool server_room::step(method which, verdict& found, std::span<const user_id> users) {
    if (!judge(trial_.begin_task(), {}, found)) return false;
    call(which, where, users);
    return judge(last_, users, found);
}

bool server_room::step_until_done(method which, verdict& found) {
    return judge(trial_.begin_task(), {}, found) && until_done(which, found);
}

bool server_room::until_done(method which, verdict& found) {
    constexpr int most_tries = 200;
    constexpr int pause = 50;  // milliseconds
    for (int tries = 0; tries < most_tries; ++tries) {
        if (tries > 0) {
            ::poll(nullptr, 0, pause);  // the server is at it
            if (!judge(trial_.begin_task(), {}, found)) return false;
        }
        call(which, where);
        if (!judge(last_, {}, found)) return false;
        if (last_.answer.value_or(true)) {
            if (which == method::delete_chat_room) {
                is_gone_ = true;
                stage_.report().has_deleted_room(key_);
            }
            return true;
        }
    }
    found.fail("validate_never_done", {{"method", std::string(to_string(which))}});
    return false;
}

std::optional<server_room::members> server_room::read(verdict& found) {
    if (!step(method::synchronise_room_members, found)) return std::nullopt;
    if (!last_.members || !last_.members_are_complete) {
        found.fail("validate_incomplete");
        return std::nullopt;
    }
    const auto accounts = this->accounts();
    members seen;
    for (std::size_t at = 0; at < everybody.size(); ++at)
        for (const auto& each : *last_.members)
            if (each.account == accounts[at] &&
                (each.presence == presence::joined || each.presence == presence::invited))
                seen[everybody.at(at)] = each.role;
    return seen;
}

std::optional<std::string> server_room::url() { return call(method::generate_room_url, where).url; }

void server_room::lose_values() { trial_.room().lose_values(); }

}  // namespace commhost::worker::validator
