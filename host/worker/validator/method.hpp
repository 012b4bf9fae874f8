#pragma once

#include "plugin/loader.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace commhost::worker::validator {

/// What a host calls of a plugin, in the order of a room's life.
enum class method : std::uint8_t {
    load_for_instance,
    create_members,
    create_chat_room,
    adopt_chat_room,
    update_chat_room,
    generate_room_url,
    add_members_to_room,
    update_room_membership,
    synchronise_room_members,
    remove_members_from_room,
    archive_chat_room,
    restore_chat_room,
    delete_chat_room,
    diagnose,
    offer_repairs,
    repair,
    update_accounts,
    export_user_data,
    delete_user_data,
};

/// Without load_for_instance.
inline constexpr std::array every_method{method::create_members,
                                         method::create_chat_room,
                                         method::adopt_chat_room,
                                         method::update_chat_room,
                                         method::generate_room_url,
                                         method::add_members_to_room,
                                         method::update_room_membership,
                                         method::synchronise_room_members,
                                         method::remove_members_from_room,
                                         method::archive_chat_room,
                                         method::restore_chat_room,
                                         method::delete_chat_room,
                                         method::diagnose,
                                         method::offer_repairs,
                                         method::repair,
                                         method::update_accounts,
                                         method::export_user_data,
                                         method::delete_user_data};

/// As the SDK calls it.
std::string_view to_string(method which);

bool has(const plugin::capabilities& can, method which);

/// Whether it gives verdicts on people.
bool judges_people(method which);

/// Whether it tells of failures in what it finds, and throws none.
bool tells_failures(method which);

/// Whether there is no room for it (core_communication::processor::id).
bool is_without_room(method which);

/// Whether the host calls it only once the room is there.
bool needs_room(method which);

}  // namespace commhost::worker::validator
