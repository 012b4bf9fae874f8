#include "wanted_roles.hpp"

#include <cstddef>

namespace communication_matrix {

using core_communication::room_role;

std::vector<std::pair<std::string, room_role>> wanted_roles(const core_communication::processor& processor) {
    std::vector<core_communication::user_id> users;
    std::vector<room_role> roles;
    for (const auto& [user, role] : processor.wanted_members()) {
        if (role == room_role::member) continue;
        users.push_back(user);
        roles.push_back(role);
    }
    std::vector<std::pair<std::string, room_role>> wanted;
    const auto accounts = processor.accounts(users);
    for (std::size_t index = 0; index < users.size(); ++index)
        if (const auto& account = accounts[index]) wanted.emplace_back(*account, roles[index]);
    return wanted;
}

}  // namespace communication_matrix
