#pragma once

#include <string>
#include <string_view>

namespace communication_matrix {

/// The local part of the account of somebody with this user name. Two user names never give the same one.
///
/// It follows the Matrix specification, appendix "Mapping from other character sets", in the form that tells "Anna"
/// from "anna": an upper-case letter becomes '_' and its lower case, '_' becomes "__", and every byte but a-z 0-9 . _ -
/// / + becomes '=' and two hexadecimal digits. A '_' at the beginning, which Synapse keeps for application services,
/// becomes
/// "=5f", as in Synapse's own function for this (map_username_to_mxid_localpart, case_sensitive).
///
/// prefix stands in front, as it is. What the server refuses of the result (digits alone, above 255 bytes) it says
/// itself.
std::string localpart_of(std::string_view username, std::string_view prefix);

/// Of "@localpart:server".
std::string_view localpart_in(std::string_view account);

/// "@localpart:server_name"
std::string account_of(std::string_view username, std::string_view prefix, std::string_view server_name);

}  // namespace communication_matrix
