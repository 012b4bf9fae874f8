#pragma once

#include "roster/held.hpp"
#include "store/clock.hpp"
#include "store/connection.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::roster {

/// Before a person is erased: takes the person out of what is kept to take the last apply of each source back, and out of what is
/// held. The rest of it stays as it was: others who are held wait on, and an undo takes back what it does not say of this person.
/// Removals that were this person's alone are held no more. Throws message::error (STORE_...).
void forget_person(store::connection& within, std::string_view external_id);

/// What is kept of a person of what a source did: to take its last apply back, or because it is held or may be again.
struct kept_changes {
    std::string source;
    store::milliseconds_utc at = 0;
    std::optional<held_id> held{};  ///< None: what takes the apply back.
    std::string changes;            ///< The person's alone, as change_set_json.hpp has them: a JSON document.
    std::string was;                ///< Of what is held what it would undo, likewise; else empty.
};

/// Those that name the person; what takes applies back first. Throws message::error (STORE_...).
std::vector<kept_changes> changes_with(store::connection& on, std::string_view external_id);

}  // namespace commhost::roster
