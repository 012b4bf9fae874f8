#pragma once

#include "store/connection.hpp"

#include <core_communication/identity.hpp>

#include <span>
#include <string>

namespace commhost::directory {

/// People as one parameter, :rows, and as the table with the column user_id that a statement makes of it (store/json_rows.hpp).
std::string rows_of(std::span<const core_communication::user_id> users);
std::string users_table(const store::connection& on);

}  // namespace commhost::directory
