#include "service/value_erasure.hpp"

#include <core_communication/identity.hpp>

#include <cstddef>

namespace commhost::service {

namespace {

/// What may be a part of an account's or a room's name, on any chat server.
bool is_of_a_name(char character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9') || static_cast<unsigned char>(character) >= 0x80 ||
           std::string_view("!#$%&*+-./:=@^_`~").find(character) != std::string_view::npos;
}

}  // namespace

std::string without_account(std::string_view text, std::string_view account, std::string_view by) {
    std::string result;
    std::size_t kept = 0;
    for (auto at = text.find(account); at != std::string_view::npos; at = text.find(account, at + 1)) {
        const auto end = at + account.size();
        if (at < kept || (at > 0 && is_of_a_name(text[at - 1])) || (end < text.size() && is_of_a_name(text[end])))
            continue;
        result.append(text.substr(kept, at - kept)).append(by);
        kept = end;
    }
    return result.append(text.substr(kept));
}

void erase_from_values(store::connection& on, std::string_view account, std::string_view by) {
    if (account.empty()) return;
    for (const auto& [room, key, value] : on.query<core_communication::communication_id, std::string, std::string>(
             "select communication_id, key, value from service_room_value where replace(value, :account, '') <> value",
             {{"account", account}}))
        on.execute("update service_room_value set value = :value where communication_id = :room and key = :key",
                   {{"value", without_account(value, account, by)}, {"room", room}, {"key", key}});
    for (const auto& [provider, key, value] : on.query<std::string, std::string, std::string>(
             "select provider, key, value from service_site_value where replace(value, :account, '') <> value",
             {{"account", account}}))
        on.execute("update service_site_value set value = :value where provider = :provider and key = :key",
                   {{"value", without_account(value, account, by)}, {"provider", provider}, {"key", key}});
}

}  // namespace commhost::service
