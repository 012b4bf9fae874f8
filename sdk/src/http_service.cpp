#include <core_communication/http_service.hpp>

namespace core_communication::inline v1 {

const char* to_string(http_method method) noexcept {
    switch (method) {
        case http_method::get: return "GET";
        case http_method::put: return "PUT";
        case http_method::post: return "POST";
        case http_method::patch: return "PATCH";
        case http_method::delete_: return "DELETE";
    }
    return "unknown";
}

std::string percent_encode(std::string_view text) {
    constexpr std::string_view unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    encoded.reserve(text.size());
    for (const char character : text) {
        if (unreserved.find(character) != std::string_view::npos) {
            encoded += character;
            continue;
        }
        const auto byte = static_cast<unsigned char>(character);
        encoded += '%';
        encoded += digits[byte >> 4U];
        encoded += digits[byte & 0xFU];
    }
    return encoded;
}

}  // namespace core_communication::inline v1
