#include "worker/validator/server_tests.hpp"

#include "worker/validator/judgement.hpp"
#include "worker/validator/people.hpp"
#include "worker/validator/server_room.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace commhost::worker::validator {

namespace {

using core_communication::diagnosis_outcome;
using core_communication::room_role;
using core_communication::user_id;
using members = server_room::members;

/// Whether people can be put into rooms, and read back.
bool can_have_members(const stage& on, verdict& found) {
    if (!can(on, plugin::capability::room_user_provider, found) ||
        !can(on, plugin::capability::synchronise_provider, found))
        return false;
    if (on.can(plugin::capability::user_provider) || on.order().settings.accounts.size() >= everybody.size())
        return true;
    found.skip("validate_no_accounts", {{"number", std::to_string(everybody.size())}});
    return false;
}

members wanted(std::initializer_list<user_id> users) {
    members all;
    for (const auto user : users) all[user] = role_of(user);
    return all;
}

members everybody_in() { return wanted({everybody[0], everybody[1], everybody[2]}); }

std::string shown(const members& all) {
    constexpr std::array names{"member", "moderator", "owner"};
    std::string text;
    for (const auto& [user, role] : all) {
        text += (text.empty() ? "" : ", ") + person_of(user).username + " ";
        text += role ? names.at(static_cast<std::size_t>(*role)) : "?";
    }
    return text.empty() ? "-" : text;
}

/// Whether the server says just this of the people.
bool are_in(server_room& room, const members& expected, verdict& found) {
    const auto seen = room.read(found);
    if (!seen) return false;
    if (*seen == expected) return true;
    found.fail("validate_members_differ", {{"found", shown(*seen)}, {"wanted", shown(expected)}});
    return false;
}

bool make_with_everybody(server_room& room, verdict& found) {
    return room.make(found) && room.step(method::add_members_to_room, found, everybody);
}

/// Told the admin as what can be mended with another address, and before anything was changed.
void expect_refusal(const call_result& adoption, const std::string& address, verdict& found) {
    using core_communication::failure;
    judge_ending(adoption, found);
    expect_no_write(adoption, found, true);
    if (adoption.returned) found.fail("validate_adopted", {{"address", address}});
    if (!adoption.refused) return;
    const auto kind = adoption.refused->kind();
    if (kind != failure::invalid && kind != failure::conflict && kind != failure::rejected)
        found.fail("validate_adoption_kind", {{"address", address}, {"found", core_communication::to_string(kind)}});
}

bool update_says_there(server_room& room, verdict& found) {
    if (!room.step(method::update_chat_room, found)) return false;
    if (room.last().answer == true) return true;
    found.fail("validate_room_missing");
    return false;
}

/// Everything that there is to do for a room. Returns whether all of it is done.
bool settle(server_room& room, verdict& found) {
    return room.make(found) && room.step(method::add_members_to_room, found, everybody) &&
           room.step(method::update_room_membership, found, everybody);
}

}  // namespace

void examine_server_diagnosis(stage& on, verdict& found) {
    if (!can(on, plugin::capability::diagnostic_provider, found)) return;
    server_room room(on, std::nullopt);
    if (!room.step(method::diagnose, found)) return;
    judge_diagnosis_writes(room.last(), found);
    if (room.last().findings.empty())
        found.fail("validate_diagnose_silent", {{"method", "diagnose"}, {"world", "server"}});
    for (const auto& each : room.last().findings) {
        const bool is_id =
            !each.id.empty() && each.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
        if (!is_id || each.found.empty()) found.fail("validate_finding", {{"id", each.id}, {"found", each.found}});
        if (each.outcome == diagnosis_outcome::failed)
            found.warn("validate_finding_failed", {{"id", each.id}, {"found", each.found}});
    }
}

void examine_server_repair(stage& on, verdict& found) {
    if (!can(on, plugin::capability::repair_provider, found)) return;
    server_room room(on, std::nullopt);
    const auto offered = [&]() -> std::optional<std::vector<std::string>> {
        if (!room.step(method::offer_repairs, found)) return std::nullopt;
        judge_diagnosis_writes(room.last(), found);
        judge_offers(room.last(), found);
        std::vector<std::string> ids;
        for (const auto& each : room.last().offers) ids.push_back(each.id);
        return ids;
    };
    const auto before = offered();
    if (!before) return;
    if (before->empty()) {
        found.skip("validate_nothing_to_repair");
        return;
    }
    room.room().set_repairs(*before);
    for (int times = 0; times < 2; ++times) {
        if (!room.step(method::repair, found)) return;
        for (std::size_t index = 0; index < before->size(); ++index) {
            const auto& now = room.last().findings.at(index);
            if (now.id != before->at(index) || now.outcome != diagnosis_outcome::passed)
                found.fail("validate_not_repaired", {{"id", before->at(index)}, {"found", now.found}});
        }
    }
    const auto after = offered();
    if (!after) return;
    for (const auto& id : *after)
        if (std::find(before->begin(), before->end(), id) != before->end())
            found.fail("validate_offered_again", {{"id", id}});
}

void examine_server_room(stage& on, verdict& found) {
    if (!can(on, plugin::capability::room_chat_provider, found)) return;
    server_room room(on);
    if (!room.make(found)) return;
    const auto url = room.url();
    if (!room.step_until_done(method::create_chat_room, found)) return;
    if (room.url() != url)
        found.fail("validate_second_room", {{"first", url.value_or("-")}, {"second", room.last().url.value_or("-")}});
    update_says_there(room, found);
}

void examine_server_accounts(stage& on, verdict& found) {
    if (!can(on, plugin::capability::user_provider, found)) return;
    server_room room(on);
    if (!room.make(found)) return;
    const auto first = room.accounts();
    if (!room.step(method::create_members, found, everybody)) return;
    if (room.accounts() != first) found.fail("validate_accounts_differ");
}

void examine_server_members(stage& on, verdict& found) {
    if (!can_have_members(on, found)) return;
    server_room room(on);
    if (make_with_everybody(room, found)) are_in(room, everybody_in(), found);
}

void examine_server_unchanged(stage& on, verdict& found) {
    if (!can(on, plugin::capability::room_chat_provider, found)) return;
    server_room room(on);
    if (!room.make(found)) return;
    const bool is_read = on.can(plugin::capability::synchronise_provider);
    const auto before = is_read ? room.read(found) : std::nullopt;
    if (!update_says_there(room, found)) return;
    const auto update = room.last();
    const auto after = is_read ? room.read(found) : std::nullopt;
    const bool reads_same = before && before == after;
    expect_no_write(update, found, reads_same);
    if (is_read) expect_no_write(room.last(), found, reads_same);
}

void examine_server_rename(stage& on, verdict& found) {
    if (!can(on, plugin::capability::room_chat_provider, found)) return;
    server_room room(on);
    if (!room.make(found)) return;
    if (room.last().exchanges.empty()) {
        found.skip("validate_sends_nothing");
        return;
    }
    room.room().room().set_room({"commhost-validate, renamed", "Another topic", ""});
    if (!update_says_there(room, found)) return;
    if (room.last().writes() == 0) found.fail("validate_not_renamed");
    if (update_says_there(room, found)) expect_no_write(room.last(), found);
}

void examine_server_roles(stage& on, verdict& found) {
    if (!can_have_members(on, found)) return;
    server_room room(on);
    if (!make_with_everybody(room, found)) return;
    auto swapped = everybody_in();
    swapped[everybody[1]] = room_role::member;
    swapped[everybody[2]] = room_role::moderator;
    for (const auto& [user, role] : swapped) room.room().room().want(user, role.value_or(room_role::member));
    const std::array changed{everybody[1], everybody[2]};
    if (room.step(method::update_room_membership, found, changed)) are_in(room, swapped, found);
}

void examine_server_add_twice(stage& on, verdict& found) {
    if (!can_have_members(on, found)) return;
    server_room room(on);
    if (make_with_everybody(room, found) && room.step(method::add_members_to_room, found, everybody))
        are_in(room, everybody_in(), found);
}

void examine_server_remove(stage& on, verdict& found) {
    if (!can_have_members(on, found)) return;
    server_room room(on);
    if (!make_with_everybody(room, found)) return;
    room.room().room().want_no_more(everybody[1]);
    if (room.step(method::remove_members_from_room, found, std::array{everybody[1]}))
        are_in(room, wanted({everybody[0], everybody[2]}), found);
}

void examine_server_remove_twice(stage& on, verdict& found) {
    if (!can_have_members(on, found)) return;
    server_room room(on);
    if (!make_with_everybody(room, found)) return;
    room.room().room().want_no_more(everybody[1]);
    for (int times = 0; times < 2; ++times)
        if (!room.step(method::remove_members_from_room, found, std::array{everybody[1]})) return;
    are_in(room, wanted({everybody[0], everybody[2]}), found);
}

void examine_server_lost_answer(stage& on, verdict& found) {
    if (!can(on, plugin::capability::room_chat_provider, found)) return;
    constexpr std::size_t most_writes = 4;
    for (std::size_t number = 0; number < most_writes; ++number) {
        server_room room(on);
        room.room().begin_task();
        room.call(method::create_members, "server");
        room.line().lose(number, lossy_http::kind::write);
        room.call(method::create_chat_room, "server, answer " + std::to_string(number) + " lost");
        if (!room.line().has_lost()) return;  // it writes no more than that
        room.line().lose(std::nullopt);
        room.lose_values();
        if (!room.step_until_done(method::create_chat_room, found)) return;
        const auto first = room.url();
        const bool has_members = on.can(plugin::capability::room_user_provider) &&
                                 on.can(plugin::capability::synchronise_provider) && !room.people().empty();
        if (has_members && !room.step(method::add_members_to_room, found, room.people())) return;
        room.lose_values();
        if (!room.step_until_done(method::create_chat_room, found)) return;
        if (room.url() != first)
            found.fail("validate_second_room",
                       {{"first", first.value_or("-")}, {"second", room.last().url.value_or("-")}});
        if (!has_members) continue;
        const auto seen = room.read(found);
        if (seen && seen->size() != room.people().size()) found.fail("validate_room_lost_members");
    }
}

void examine_server_delete(stage& on, verdict& found) {
    if (!can(on, plugin::capability::room_chat_provider, found)) return;
    server_room room(on);
    if (!room.make(found)) return;
    const bool sends = !room.last().exchanges.empty();
    if (!room.step_until_done(method::delete_chat_room, found) || !sends) return;
    room.room().begin_task();
    const auto after = room.room().call(method::update_chat_room, "server");
    if (after.returned && after.answer == true) found.fail("validate_room_still_there");
}

void examine_server_delete_twice(stage& on, verdict& found) {
    if (!can(on, plugin::capability::room_chat_provider, found)) return;
    server_room room(on);
    if (!room.make(found) || !room.step_until_done(method::delete_chat_room, found)) return;
    if (!room.step_until_done(method::delete_chat_room, found)) return;
    room.lose_values();
    room.step_until_done(method::delete_chat_room, found);
}

void examine_server_interrupted(stage& on, verdict& found) {
    if (!can_have_members(on, found)) return;
    constexpr int interruptions = 3;
    constexpr int most_passes = 5;
    std::size_t requests = 0;
    {
        server_room undisturbed(on);
        if (!settle(undisturbed, found)) return;
        requests = undisturbed.room().requests();
    }
    std::mt19937_64 random(on.order().seed);
    for (int interruption = 0; interruption < interruptions && requests > 0; ++interruption) {
        const auto number = static_cast<std::size_t>(random() % requests);
        server_room room(on);
        room.line().lose(number);
        verdict last;
        bool is_done = false;
        for (int pass = 0; pass < most_passes && !is_done; ++pass) {
            last = {};
            is_done = settle(room, last);
        }
        if (is_done) is_done = are_in(room, everybody_in(), last);
        if (is_done) continue;
        found.fail("validate_interrupted", {{"number", std::to_string(number)}});
        found.take_over(last);
    }
}

void examine_server_archive(stage& on, verdict& found) {
    if (!can(on, plugin::capability::room_archive_provider, found)) return;
    server_room room(on);
    if (!room.make(found)) return;
    const bool has_members = on.can(plugin::capability::room_user_provider) &&
                             on.can(plugin::capability::synchronise_provider) && !room.people().empty();
    if (has_members && !room.step(method::add_members_to_room, found, room.people())) return;
    const auto before = has_members ? room.read(found) : std::nullopt;
    for (const auto which : {method::archive_chat_room, method::restore_chat_room}) {
        if (!room.step_until_done(which, found)) return;
        if (!room.step_until_done(which, found)) return;
        expect_no_write(room.last(), found, true);
        if (!update_says_there(room, found)) return;
        if (before && !are_in(room, *before, found)) return;
    }
}

void examine_server_archive_missing(stage& on, verdict& found) {
    if (!can(on, plugin::capability::room_archive_provider, found)) return;
    const auto key = new_room_key();
    server_room room(on, key);
    if (!room.make(found)) return;
    const bool sends = !room.last().exchanges.empty();
    server_room other(on, key);  // which knows it by its key, and deletes it unseen by the first
    if (!other.make(found) || !other.step_until_done(method::delete_chat_room, found)) return;
    for (const auto which : {method::archive_chat_room, method::restore_chat_room}) {
        room.room().begin_task();
        const auto result = room.call(which, "server");
        judge_ending(result, found);
        if (sends && which == method::archive_chat_room && result.returned && result.answer == true)
            found.fail("validate_archived_nothing");
    }
}

void examine_server_adopt(stage& on, verdict& found) {
    if (!can(on, plugin::capability::room_adopt_provider, found)) return;
    server_room room(on);
    if (!room.make(found)) return;
    const auto url = room.url();
    if (!url) {
        found.skip("validate_no_address");
        return;
    }
    room.room().set_address(*url);
    room.lose_values();
    for (int times = 0; times < 2; ++times) {
        if (!room.step(method::adopt_chat_room, found)) return;
        expect_no_write(room.last(), found, true);
    }
    if (!update_says_there(room, found)) return;
    if (!room.step_until_done(method::create_chat_room, found)) return;
    if (room.url() != url)
        found.fail("validate_second_room", {{"first", *url}, {"second", room.last().url.value_or("-")}});
}

void examine_server_adopt_refused(stage& on, verdict& found) {
    if (!can(on, plugin::capability::room_adopt_provider, found)) return;
    server_room others(on);
    if (!others.make(found)) return;
    const auto url = others.url();
    if (!url) {
        found.skip("validate_no_address");
        return;
    }
    const auto refuses = [&](const std::string& address) {
        server_room room(on);
        room.room().set_address(address);
        room.room().begin_task();
        expect_refusal(room.call(method::adopt_chat_room, "server"), address, found);
    };
    refuses("commhost-validate-names-no-room");
    refuses(*url);  // of another instance
    if (others.step_until_done(method::delete_chat_room, found)) refuses(*url);
}

}  // namespace commhost::worker::validator
