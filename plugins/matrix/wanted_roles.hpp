#pragma once

#include <core_communication/processor.hpp>

#include <string>
#include <utility>
#include <vector>

namespace communication_matrix {

/// The accounts that are to be more than members, with their roles. People without an account are not among them.
std::vector<std::pair<std::string, core_communication::room_role>>
wanted_roles(const core_communication::processor& processor);

}  // namespace communication_matrix
