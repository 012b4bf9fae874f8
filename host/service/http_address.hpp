#pragma once

#include <string>
#include <string_view>

namespace commhost::service {

/// "https://chat.example.org:443": scheme, host and port of an absolute http or https URL, in lower case, the port
/// always written. Throws core_communication::provider_error (invalid) with what is wrong, also of a URL with user
/// info, which a client would turn into a header.
std::string origin_of(std::string_view url);

/// The URL as a log may show it: without user info and fragment, and of the query only names and short numbers, since a
/// value may be a token.
std::string shown_url(std::string_view url);

}  // namespace commhost::service
