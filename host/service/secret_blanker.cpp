#include "service/secret_blanker.hpp"

#include "text/ascii.hpp"

#include <core_communication/http_service.hpp>

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace commhost::service {

namespace {

constexpr std::string_view blank = "***";
constexpr std::size_t shortest = 4;
constexpr std::size_t shortest_encoded = 8;

std::string with_each(std::string_view text, char from, std::string_view to) {
    std::string result;
    for (const char character : text) {
        if (character == from) {
            result += to;
        } else {
            result += character;
        }
    }
    return result;
}

/// Without padding.
std::string base64(std::string_view bytes) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    std::uint32_t held = 0;
    unsigned bits = 0;
    for (const char byte : bytes) {
        held = (held << 8U) | static_cast<std::uint8_t>(byte);
        for (bits += 8; bits >= 6; bits -= 6) text += alphabet[(held >> (bits - 6)) & 63U];
    }
    if (bits > 0) text += alphabet[(held << (6 - bits)) & 63U];
    return text;
}

void add_base64(std::vector<std::string>& to, std::string_view secret) {
    const auto whole = base64(secret);
    std::vector<std::string> forms{whole, whole + std::string((4 - whole.size() % 4) % 4, '=')};
    // Within something longer it begins at one of three places of a group; the digits that also hold bits of a neighbour
    // are left out.
    for (std::size_t before = 0; before < 3; ++before) {
        const auto digits = base64(std::string(before, '\0').append(secret));
        const auto first = (before * 8 + 5) / 6;
        forms.push_back(digits.substr(first, (before + secret.size()) * 8 / 6 - first));
    }
    for (auto& form : forms) {
        to.push_back(with_each(with_each(form, '+', "-"), '/', "_"));
        to.push_back(std::move(form));
    }
}

void add_json(std::vector<std::string>& to, const std::string& secret) {
    const auto quoted = boost::json::serialize(boost::json::string_view(secret));
    auto inner = quoted.substr(1, quoted.size() - 2);
    to.push_back(with_each(inner, '/', "\\/"));  // as PHP writes it
    to.push_back(std::move(inner));
}

void add_percent_encoded(std::vector<std::string>& to, const std::string& secret) {
    auto encoded = core_communication::percent_encode(secret);
    std::string small = encoded;
    for (std::size_t at = small.find('%'); at != std::string::npos; at = small.find('%', at + 3))
        small.replace(at, 3, text::lower(small.substr(at, 3)));
    to.push_back(std::move(small));
    to.push_back(with_each(secret, ' ', "+"));  // of a form, where nothing else had to be encoded
    to.push_back(std::move(encoded));
}

void add_lines(std::vector<std::string>& to, std::string_view secret) {
    while (!secret.empty()) {
        const auto line = secret.substr(0, secret.find_first_of("\r\n"));
        if (line.size() >= shortest_encoded) to.emplace_back(line);
        secret.remove_prefix(std::min(line.size() + 1, secret.size()));
    }
}

}  // namespace

secret_blanker::secret_blanker(std::span<const std::string> secrets) {
    for (const auto& secret : secrets) {
        if (secret.size() < shortest) continue;
        spellings_.push_back(secret);
        if (secret.size() < shortest_encoded) continue;
        add_json(spellings_, secret);
        add_percent_encoded(spellings_, secret);
        add_base64(spellings_, secret);
        add_lines(spellings_, secret);
    }
    // The longest first: a secret that begins another one must not leave the other's end.
    std::sort(spellings_.begin(), spellings_.end(), [](const auto& left, const auto& right) {
        return left.size() != right.size() ? left.size() > right.size() : left < right;
    });
    spellings_.erase(std::unique(spellings_.begin(), spellings_.end()), spellings_.end());
}

std::string secret_blanker::operator()(std::string text) const {
    for (const auto& secret : spellings_)
        for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + blank.size()))
            text.replace(at, secret.size(), blank);
    return text;
}

}  // namespace commhost::service
