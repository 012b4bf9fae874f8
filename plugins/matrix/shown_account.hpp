#pragma once

#include "account_rule.hpp"

#include <core_communication/member.hpp>

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <vector>

namespace communication_matrix {

/// The canonical e-mail addresses of an account, as the answer to GET /_synapse/admin/v2/users/{account} shows them.
std::vector<std::string> shown_addresses(const boost::json::object& account);

/// Who else signs in to the account, in the same answer.
std::vector<external_id> shown_external_ids(const boost::json::object& account);

/// What of a person an account lacks, and what is to be sent of it.
struct unlike {
    bool name = false;
    bool address = false;
    bool external_id = false;
};

/// What an account shows of a person and what it does not. What the roster does not know is left as it is on the server.
unlike compare(const boost::json::object& account, const core_communication::person& who);

/// Whether an account that was being made when the host was killed can be the one that we made: it has the name that we
/// sent and no other address, and nobody signs in to it through another service but whom we sent. Address and external id may
/// be missing: Synapse makes an account before it looks at them.
bool is_as_sent(const boost::json::object& account, const core_communication::person& who,
                const std::optional<external_id>& sent);

/// Whether a field such as "admin" or "deactivated" is true, or 1 as some versions of Synapse have it.
bool is_set(const boost::json::object& account, std::string_view field);

}  // namespace communication_matrix
