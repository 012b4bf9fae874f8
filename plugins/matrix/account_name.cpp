#include "account_name.hpp"

namespace communication_matrix {

std::string localpart_of(std::string_view username, std::string_view prefix) {
    constexpr std::string_view kept = "abcdefghijklmnopqrstuvwxyz0123456789.-/+";
    constexpr std::string_view digits = "0123456789abcdef";
    std::string localpart;
    for (const char character : username) {
        if (character >= 'A' && character <= 'Z') {
            localpart += '_';
            localpart += static_cast<char>(character - 'A' + 'a');
        } else if (character == '_') {
            localpart += "__";
        } else if (kept.find(character) != std::string_view::npos) {
            localpart += character;
        } else {
            const auto byte = static_cast<unsigned char>(character);
            localpart += '=';
            localpart += digits[byte >> 4U];
            localpart += digits[byte & 0xFU];
        }
    }
    if (prefix.empty() && localpart.starts_with('_')) localpart.replace(0, 1, "=5f");
    return std::string(prefix) + localpart;
}

std::string account_of(std::string_view username, std::string_view prefix, std::string_view server_name) {
    return "@" + localpart_of(username, prefix) + ":" + std::string(server_name);
}

std::string_view localpart_in(std::string_view account) { return account.substr(1, account.find(':') - 1); }

}  // namespace communication_matrix
