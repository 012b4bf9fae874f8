#pragma once

#include "configuration.hpp"

#include <core_communication/member.hpp>

#include <optional>
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

/// A person at a provider of single sign-on, as the server names them: external_ids of Synapse, links of Matrix
/// Authentication Service.
struct external_id {
    std::string provider;
    std::string subject;

    friend bool operator==(const external_id&, const external_id&) = default;
};

/// Who the person is there, by the settings sso_provider and sso_id: the roster's word as it stands, where "email" is the
/// whole address. Empty where single sign-on is not set, or the roster lacks a word.
std::optional<external_id> external_id_by_rule(const core_communication::person& who, const configuration& site);

/// Whether an account is of this server. Those of others can neither be looked up nor made nor put into a room: they are
/// invited.
bool is_local(std::string_view account, const configuration& site);

}  // namespace communication_matrix
