#pragma once

#include <core_communication/http_service.hpp>
#include <core_communication/provider_error.hpp>

#include <boost/json/object.hpp>

#include <string>
#include <string_view>

namespace communication_matrix {

/// The names of Matrix's "standard error response" (client-server API, "Standard error response").
namespace errcode {
inline constexpr std::string_view not_found = "M_NOT_FOUND";
inline constexpr std::string_view room_in_use = "M_ROOM_IN_USE";
inline constexpr std::string_view unknown_token = "M_UNKNOWN_TOKEN";
inline constexpr std::string_view unrecognized = "M_UNRECOGNIZED";
inline constexpr std::string_view resource_limit_exceeded = "M_RESOURCE_LIMIT_EXCEEDED";
}  // namespace errcode

bool succeeded(const core_communication::http_response& answer);

/// The errcode of an answer; empty when it has none, as when it comes from a proxy and not from the homeserver.
std::string errcode_of(const core_communication::http_response& answer);

/// Whether the homeserver says that what was asked for is not there. A 404 of a proxy, or of a server that does not
/// know the path (M_UNRECOGNIZED), says nothing of the kind.
bool is_not_found(const core_communication::http_response& answer);

/// Whether the homeserver says that it does not know this path: its version has no such thing.
bool is_not_offered(const core_communication::http_response& answer);

/// The body of a success. Throws provider_error (invalid) when it is no JSON object.
boost::json::object object_in(const core_communication::http_response& answer);

/// The text of a field, which must be there and not empty. Throws provider_error (invalid).
std::string required_text(const boost::json::object& object, std::string_view field);

/// "the server refuses to <doing>: <error> (403 M_FORBIDDEN)", with the kind that fits when nothing at all can be done:
/// a token or right that is lacking is unauthorised. M_LIMIT_EXCEEDED is rate_limited, with the wait of retry_after_ms.
/// M_RESOURCE_LIMIT_EXCEEDED, a server that has all the users it may have or is shut, is unavailable: nobody is asked about
/// again and again, nothing is counted, and the reason says whom to ask.
core_communication::provider_error failure_of(const core_communication::http_response& answer, std::string_view doing);

/// The same where the answer is about one person: a 403 is then about that person, and rejected.
core_communication::provider_error refusal_of(const core_communication::http_response& answer, std::string_view doing);

}  // namespace communication_matrix
