#pragma once

#include "directory/change_set.hpp"
#include "directory/stored.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace commhost::roster {

/// What takes changes back, computed from what was stored before them. Pure.
///
/// It is of the same source and of no revision. Where changes did not say the provider, the settings or the picture of a
/// room, or the picture of a person, neither does it. The pictures that it names and that are stored no more are for the caller to put in.
directory::change_set inverse_of(const directory::change_set& changes, const directory::stored& before);

/// Of changes that were computed some time ago, those whose subject still is as was says, an inverse_of them: memberships in
/// every field, persons and instances in their status and their claims. Pure.
struct standing_changes {
    directory::change_set changes;
    std::size_t left_out = 0;
};
standing_changes still_standing(directory::change_set changes, const directory::change_set& was,
                                const directory::stored& now);

}  // namespace commhost::roster
