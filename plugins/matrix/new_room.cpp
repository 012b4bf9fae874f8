#include "new_room.hpp"

#include "room_address.hpp"
#include "wanted_roles.hpp"

#include <boost/json/array.hpp>

#include <set>
#include <utility>

namespace communication_matrix {

namespace {

boost::json::object state_event(std::string_view type, boost::json::object content) {
    return {{"type", type}, {"state_key", ""}, {"content", std::move(content)}};
}

}  // namespace

boost::json::object first_levels(const core_communication::processor& processor, const configuration& site,
                                 const std::string& own_account, std::string_view room_version) {
    boost::json::object users;
    const auto& second = site.second_account;
    if (!creators_have_all_power(room_version)) {
        users[own_account] = 100;
        if (!second.empty()) users[second] = 100;
    }
    for (const auto& [account, role] : wanted_roles(processor))
        if (account != own_account && account != second) users[account] = level_of(role, site.levels);
    // The preset would let every member invite whom they like; who is in this room is the roster's to say.
    return {{"users", std::move(users)}, {"invite", site.levels.moderator}};
}

boost::json::object levels_afterwards(const core_communication::processor& processor, const configuration& site,
                                      const std::string& own_account, std::string_view room_version) {
    auto levels = first_levels(processor, site, own_account, room_version);
    // As Synapse has it (handlers/room.py, _send_events_for_new_room); what is not named needs state_default, 50.
    levels["events"] = {{"m.room.power_levels", 100},
                        {"m.room.history_visibility", 100},
                        {"m.room.encryption", 100},
                        {"m.room.server_acl", 100},
                        {"m.room.tombstone", 100}};
    return levels;
}

new_room plan_room(const core_communication::processor& processor, const configuration& site,
                   const std::string& own_account) {
    const auto& wanted = processor.wanted_room();
    const auto options = options_of(site, processor.room_settings());
    const bool has_second = !site.second_account.empty() && site.second_account != own_account;
    auto levels = first_levels(processor, site, own_account, site.room_version);

    std::set<std::string, std::less<>> creators;
    boost::json::object creation;
    if (!site.federation) creation["m.federate"] = false;
    if (creators_have_all_power(site.room_version)) {
        creators.insert(own_account);
        if (has_second) {
            creators.insert(site.second_account);
            creation["additional_creators"] = boost::json::array{site.second_account};
        }
    }
    // The preset would let guests in.
    boost::json::array initial{
        state_event("m.room.history_visibility", {{"history_visibility", options.history_visibility}}),
        state_event("m.room.guest_access", {{"guest_access", "forbidden"}})};
    if (options.encrypted) initial.push_back(state_event("m.room.encryption", encryption_event()));

    new_room planned;
    planned.made.name = wanted.name;
    planned.made.topic = wanted.topic;
    planned.made.version = site.room_version;
    planned.made.creator = own_account;
    planned.made.history_visibility = options.history_visibility;
    planned.made.encrypted = options.encrypted;
    planned.made.members[own_account] = membership::join;
    if (has_second) planned.made.members[site.second_account] = membership::invite;
    planned.made.levels = power_levels(levels, std::move(creators));

    planned.asked = {
        {"visibility", "private"},
        {"preset", "private_chat"},
        {"name", wanted.name},
        {"room_alias_name", local_alias_of(processor.room_key())},
        {"room_version", site.room_version},
        {"power_level_content_override", std::move(levels)},
        {"initial_state", std::move(initial)},
    };
    if (!wanted.topic.empty()) planned.asked["topic"] = wanted.topic;
    if (!creation.empty()) planned.asked["creation_content"] = std::move(creation);
    if (has_second) planned.asked["invite"] = boost::json::array{site.second_account};
    return planned;
}

}  // namespace communication_matrix
