#pragma once

#include "store/connection.hpp"

#include <string_view>

namespace commhost::roster {

/// Before a person is erased: takes the person out of what is kept to take the last apply of each source back, and out of what is
/// held. The rest of it stays as it was: others who are held wait on, and an undo takes back what it does not say of this person.
/// Removals that were this person's alone are held no more. Throws message::error (STORE_...).
void forget_person(store::connection& within, std::string_view external_id);

}  // namespace commhost::roster
