// Addresses: whom a plugin may talk to, and what a log may show.

#include "service/http_address.hpp"

#include "expectation.hpp"
#include "service/secret_blanker.hpp"
#include "target.hpp"

#include <core_communication/http_service.hpp>
#include <core_communication/provider_error.hpp>

#include <array>
#include <string>

namespace commhost::fuzz {

namespace {

/// "" when it is refused.
std::string origin_of(std::string_view url) {
    try {
        return service::origin_of(url);
    } catch (const core_communication::provider_error& refused) {
        expect(refused.kind() == core_communication::failure::invalid, "an address that is none is invalid");
        return {};
    }
}

std::string percent_decoded(std::string_view text) {
    std::string decoded;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '%') {
            decoded += static_cast<char>(std::stoi(std::string(text.substr(at + 1, 2)), nullptr, 16));
            at += 2;
        } else {
            decoded += text[at];
        }
    }
    return decoded;
}

}  // namespace

void run(std::string_view input) {
    const auto origin = origin_of(input);
    if (!origin.empty()) {
        expect_line(origin, "an origin");
        expect(origin_of(origin) == origin, "the origin of an origin is itself");
        expect(origin_of(origin + "/path?query") == origin, "a path is no part of an origin");
    }
    expect_line(service::shown_url(input), "a URL in a log");

    expect(percent_decoded(core_communication::percent_encode(input)) == input, "what is encoded can be decoded");
    expect_line(core_communication::percent_encode(input), "an encoded text");

    const auto parts = parts_of(input);
    if (parts.size() < 2 || parts[0].size() < 4 || parts[0].find('*') != std::string_view::npos) return;
    const std::array secrets{std::string(parts[0])};
    const service::secret_blanker blank(secrets);
    expect(blank(std::string(parts[1])).find(secrets[0]) == std::string::npos, "no secret is left in a text");
}

}  // namespace commhost::fuzz
