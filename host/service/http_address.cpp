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
    char separator = '?';
    for (const auto parameter : parsed->encoded_params()) {
        shown += separator;
        separator = '&';
        shown += std::string_view(parameter.key);
        if (!parameter.has_value) continue;
        const std::string_view value = parameter.value;
        shown += '=';
        shown += is_short_number(value) ? value : blank;
    }
    return shown;
}

}  // namespace commhost::service
