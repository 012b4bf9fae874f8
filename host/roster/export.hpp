#pragma once

#include "directory/picture.hpp"
#include "directory/stored.hpp"

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

namespace commhost::roster {

/// Gives the content of a stored picture; empty when there is none of that digest any more, of which nothing is written then: read again, that
/// says that nothing is known of the picture.
using find_picture = std::function<std::optional<directory::picture>(std::string_view digest)>;

/// Writes what is stored of a source as the JSON document that roster.schema.json describes, full, entry by entry. Read
/// again as that source, it changes nothing, unless what it names was marked absent, which it then is no more. What an admin
/// chose for a room (provider, settings) is written, too.
///
/// Memberships in what another source has deleted meanwhile are left out. Throws message::error: ROSTER_EXPORT_COMPONENTS
/// when the source has instances of several components, which one document cannot name; ROSTER_SOURCE_UNKNOWN when nothing
/// is stored of the source.
void write_roster(std::ostream& to, const directory::stored& stored, const std::string& source,
                  const find_picture& picture);

}  // namespace commhost::roster
