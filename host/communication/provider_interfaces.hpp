#pragma once

#include <core_communication/communication_provider.hpp>
#include <core_communication/room_adopt_provider.hpp>
#include <core_communication/room_chat_provider.hpp>
#include <core_communication/room_user_provider.hpp>
#include <core_communication/synchronise_provider.hpp>
#include <core_communication/user_provider.hpp>

namespace commhost::communication {

/// One object of a plugin, as the interfaces that it was found to have; null where it has not. Owns nothing.
struct provider_interfaces {
    core_communication::communication_provider* provider = nullptr;
    core_communication::user_provider* users = nullptr;
    core_communication::room_chat_provider* rooms = nullptr;
    core_communication::room_user_provider* members = nullptr;
    core_communication::synchronise_provider* synchronise = nullptr;
    core_communication::room_adopt_provider* adopt = nullptr;
};

}  // namespace commhost::communication
