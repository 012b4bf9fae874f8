#include "service/http_address.hpp"

#include "text/ascii.hpp"

#include <core_communication/http_service.hpp>
#include <core_communication/provider_error.hpp>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace commhost::service {

namespace {

namespace urls = boost::urls;
using core_communication::failure;
using core_communication::provider_error;

constexpr std::string_view blank = "***";

bool is_short_number(std::string_view text) {
    constexpr std::size_t digits_of_no_secret = 6;
    return text.size() <= digits_of_no_secret && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// What a name may hold (RFC 3986, section 2.3), of which DNS has a part.
bool is_of_host_name(char character) {
    return (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9') || character == '-' ||
           character == '.' || character == '_' || character == '~';
}

}  // namespace

std::string origin_of(std::string_view url) {
    const auto parsed = urls::parse_uri(url);
    if (!parsed) throw provider_error(failure::invalid, "the address is not a URL");
    const auto scheme = parsed->scheme_id();
    if (scheme != urls::scheme::http && scheme != urls::scheme::https)
        throw provider_error(failure::invalid, "the address is neither http nor https");
    if (parsed->has_userinfo()) throw provider_error(failure::invalid, "the address holds a user name");
    auto host = text::lower(parsed->host());
    if (host.empty()) throw provider_error(failure::invalid, "the address names no host");
    // Decoded it may hold anything, "/" and "@" too, and would then be another host to whoever reads the origin.
    if (parsed->host_type() == urls::host_type::name && !std::all_of(host.begin(), host.end(), is_of_host_name))
        throw provider_error(failure::invalid, "the address has a host with a character that no host's name has");
    std::uint16_t port = scheme == urls::scheme::http ? 80 : 443;
    if (const std::string_view text = parsed->port(); !text.empty()) {
        const auto read = std::from_chars(text.data(), text.data() + text.size(), port);
        if (read.ec != std::errc() || port == 0)
            throw provider_error(failure::invalid, "the address has no usable port");
    }
    return fmt::format("{}://{}:{}", scheme == urls::scheme::http ? "http" : "https", host, port);
}

std::string shown_url(std::string_view url) {
    const auto parsed = urls::parse_uri(url);
    if (!parsed) return "(not a URL)";
    std::string shown = text::lower(std::string_view(parsed->scheme()));
    shown += "://";
    shown += std::string_view(parsed->encoded_host_and_port());
    shown += std::string_view(parsed->encoded_path());
    if (!parsed->has_query()) return shown;
    // Split here: encoded_params() of Boost.URL 1.81 reads beyond the URL's end where the query is empty and a fragment
    // follows it (github.com/boostorg/url/issues/864).
    std::string_view query = parsed->encoded_query();
    for (char separator = '?';; separator = '&') {
        const auto parameter = query.substr(0, query.find('&'));
        const auto name = parameter.substr(0, parameter.find('='));
        shown += separator;
        shown += name;
        if (name.size() < parameter.size()) {
            const auto value = parameter.substr(name.size() + 1);
            shown += '=';
            shown += is_short_number(value) ? value : blank;
        }
        if (parameter.size() == query.size()) return shown;
        query.remove_prefix(parameter.size() + 1);
    }
}

}  // namespace commhost::service
