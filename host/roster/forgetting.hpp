#pragma once

#include "store/connection.hpp"

#include <string_view>

namespace commhost::roster {

/// Before a person is erased: drops what is kept to take the last changes of a source back, and what is held, where that names the
/// person. What was held is held again by the next full import, as far as it still is to go.
void forget_person(store::connection& within, std::string_view external_id);

}  // namespace commhost::roster
