#pragma once

#include "power_levels.hpp"

#include <core_communication/settings.hpp>

#include <string>
#include <string_view>

namespace communication_matrix {

/// How Matrix Authentication Service is reached, where it has the accounts of the server.
struct authentication_service {
    std::string url;        ///< Without a slash at its end; empty: what the homeserver names.
    std::string client_id;  ///< Empty: Synapse itself makes accounts.
    std::string client_secret;

    bool is_set() const { return !client_id.empty(); }
};

/// The site settings of this plugin (settings.json), with what follows from them.
struct configuration {
    std::string homeserver_url;  ///< Without a slash at its end.
    std::string server_name;     ///< The part of ids behind the colon.
    std::string access_token;
    std::string web_client_url;  ///< Empty: links go to matrix.to.
    std::string room_version;
    role_levels levels;
    std::string account_prefix;
    std::string account_source = "username";    ///< "username", "email" or "field:NAME"; see account_by_rule.
    bool make_accounts = true;                  ///< False: who has no account waits until somebody else makes it.
    std::string history_visibility = "shared";  ///< Of rooms; see room_options, as of the next one.
    bool encryption = false;
    bool federation = true;      ///< Of new rooms: whether people of other servers may ever come in.
    std::string second_account;  ///< Of this server; has all power in new rooms. Empty: none.
    std::string space;           ///< Its name; empty: rooms are listed in none.
    std::string leavers =
        "nothing";             ///< What becomes of accounts of people who have left: "lock", "suspend" or "deactivate".
    std::string sso_provider;  ///< As the server knows it; empty: accounts have no external ids.
    std::string sso_id;        ///< Where a person's name at that provider comes from; see subject_by_rule.
    authentication_service mas;
};

/// Throws provider_error (invalid) when the settings cannot work together.
configuration read_configuration(const core_communication::settings& site);

/// The host of an http or https URL, without port and user information; "[::1]" keeps its brackets.
std::string host_of(std::string_view url);

}  // namespace communication_matrix
