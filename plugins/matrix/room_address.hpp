#pragma once

#include <string>
#include <string_view>

namespace communication_matrix {

/// The room that an admin means: its id ("!abc:example.org", from room version 12 on without a server) or an alias of it
/// ("#physics:example.org"). Taken are both, links of matrix.to and of web clients, of which the part behind "#/" names the room
/// (Matrix specification, appendices, "matrix.to navigation"), and matrix: URIs (the same, "Matrix URI scheme").
/// Throws provider_error (invalid) for anything else.
std::string room_named_by(std::string_view address);

/// The alias by which the room of an instance is found again when its id was lost: "#commhost-<room key>:<server name>".
std::string alias_of(std::string_view room_key, std::string_view server_name);

/// What of it stands between "#" and ":".
std::string local_alias_of(std::string_view room_key);

/// Whether an alias says that the room is some instance's.
bool is_alias_of_instance(std::string_view alias);

}  // namespace communication_matrix
