#include "worker/validator/method.hpp"

namespace commhost::worker::validator {

std::string_view to_string(method which) {
    switch (which) {
        case method::load_for_instance: return "load_for_instance";
        case method::create_members: return "create_members";
        case method::create_chat_room: return "create_chat_room";
        case method::adopt_chat_room: return "adopt_chat_room";
        case method::update_chat_room: return "update_chat_room";
        case method::generate_room_url: return "generate_room_url";
        case method::add_members_to_room: return "add_members_to_room";
        case method::update_room_membership: return "update_room_membership";
        case method::synchronise_room_members: return "synchronise_room_members";
        case method::remove_members_from_room: return "remove_members_from_room";
        case method::archive_chat_room: return "archive_chat_room";
        case method::restore_chat_room: return "restore_chat_room";
        case method::delete_chat_room: return "delete_chat_room";
        case method::diagnose: return "diagnose";
        case method::offer_repairs: return "offer_repairs";
        case method::repair: return "repair";
        case method::update_accounts: return "update_accounts";
        case method::export_user_data: return "export_user_data";
        case method::delete_user_data: return "delete_user_data";
    }
    return "unknown";
}

bool has(const plugin::capabilities& can, method which) {
    switch (which) {
        case method::load_for_instance: return true;
        case method::create_members: return can.user != nullptr;
        case method::create_chat_room:
        case method::update_chat_room:
        case method::generate_room_url:
        case method::delete_chat_room: return can.room_chat != nullptr;
        case method::add_members_to_room:
        case method::update_room_membership:
        case method::remove_members_from_room: return can.room_user != nullptr;
        case method::synchronise_room_members: return can.synchronise != nullptr;
        case method::adopt_chat_room: return can.room_adopt != nullptr && can.room_chat != nullptr;
        case method::archive_chat_room:
        case method::restore_chat_room: return can.room_archive != nullptr;
        case method::diagnose: return can.diagnostic != nullptr;
        case method::offer_repairs:
        case method::repair: return can.repair != nullptr && can.diagnostic != nullptr;
        case method::update_accounts: return can.account_standing != nullptr && can.user != nullptr;
        case method::export_user_data:
        case method::delete_user_data: return can.privacy != nullptr;
    }
    return false;
}

bool judges_people(method which) {
    return which == method::create_members || which == method::add_members_to_room ||
           which == method::update_room_membership || which == method::remove_members_from_room ||
           which == method::update_accounts;
}

bool tells_failures(method which) {
    return which == method::diagnose || which == method::offer_repairs || which == method::repair;
}

bool is_without_room(method which) {
    return tells_failures(which) || which == method::update_accounts || which == method::export_user_data ||
           which == method::delete_user_data;
}

bool needs_room(method which) {
    return which == method::update_chat_room || which == method::synchronise_room_members ||
           which == method::archive_chat_room || which == method::restore_chat_room ||
           (judges_people(which) && which != method::create_members && which != method::update_accounts);
}

}  // namespace commhost::worker::validator
