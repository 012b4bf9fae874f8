#pragma once

#include <core_communication/member.hpp>

#include <boost/json/object.hpp>

#include <string>
#include <vector>

namespace communication_matrix {

/// The canonical e-mail addresses of an account, as the answer to GET /_synapse/admin/v2/users/{account} shows them.
std::vector<std::string> shown_addresses(const boost::json::object& account);

/// What of a person an account lacks, and what is to be sent of it.
struct unlike {
    bool name = false;
    bool address = false;
};

/// What an account shows of a person and what it does not. What the roster does not know is left as it is on the server.
unlike compare(const boost::json::object& account, const core_communication::person& who);

/// Whether an account that was being made when the host was killed can be the one that we made: it has the name that we
/// sent and no other address, and nobody has signed in to it through another service. Its address may be missing: Synapse
/// makes an account before it looks at that.
bool is_as_sent(const boost::json::object& account, const core_communication::person& who);

/// Whether a field such as "admin" or "deactivated" is true, or 1 as some versions of Synapse have it.
bool is_set(const boost::json::object& account, std::string_view field);

}  // namespace communication_matrix
