#pragma once

#include "configuration.hpp"

#include <core_communication/member.hpp>

#include <string>
#include <string_view>

namespace communication_matrix {

/// Which account is a person's, by the settings account_source, account_prefix and server_name.
struct account_rule_result {
    std::string account;  ///< "@localpart:server"; empty where none follows.
    std::string lacking;  ///< Why none follows, for an admin to read.
};

/// The roster's word for the person (a user name, what stands before the @ of an e-mail address, a further field, or a pattern in which
/// such words stand), as the local part of an account of this server (localpart_of). A field may hold a whole account,
/// "@anna:other.example", and a pattern may be one, "@{username}:other.example".
account_rule_result account_by_rule(const core_communication::person& who, const configuration& site);

/// Whether an account is of this server. Those of others can neither be looked up nor made nor put into a room: they are
/// invited.
bool is_local(std::string_view account, const configuration& site);

}  // namespace communication_matrix
