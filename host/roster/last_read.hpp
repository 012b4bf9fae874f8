#pragma once

#include "store/clock.hpp"
#include "store/connection.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace commhost::roster {

// The SQL of the table roster_read: of each source the digest (digest_of) of the last complete read that was applied. A file that
// is read again proves nothing new: whoever it does not name was missing from it already. All throw message::error (STORE_...).

/// Empty before the first one.
std::optional<std::string> last_complete_read(store::connection& on, std::string_view source);

/// In the place of the one before it. The empty text: as if there had been none.
void keep_complete_read(store::connection& on, std::string_view source, std::string_view digest,
                        store::milliseconds_utc at);

}  // namespace commhost::roster
