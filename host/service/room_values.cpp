#include "service/room_values.hpp"

#include "text/utf8.hpp"

#include <core_communication/provider_error.hpp>

#include <fmt/format.h>

namespace commhost::service {

namespace {

using core_communication::communication_id;
using core_communication::failure;
using core_communication::provider_error;

enum class allowed : std::uint8_t { all_but_nul, no_control };

bool is_text(std::string_view text, allowed what) {
    while (!text.empty()) {
        const auto [value, bytes] = text::first_code_point(text);
        if (value == text::code_point::none || value == 0 ||
            (what == allowed::no_control && text::is_unprintable(value)))
            return false;
        text.remove_prefix(bytes);
    }
    return true;
}

void check_key(std::string_view key) {
    if (key.empty() || key.size() > longest_room_key)
        throw provider_error(failure::invalid, fmt::format("a key of {} bytes; a room's values have keys of 1 to {}",
                                                           key.size(), longest_room_key));
    if (!is_text(key, allowed::no_control))
        throw provider_error(failure::invalid, "the key of a room's value is not UTF-8 or has control characters");
}

void check_value(std::string_view key, std::string_view value) {
    if (value.size() > longest_room_value)
        throw provider_error(failure::invalid, fmt::format("the room's value '{}' has {} bytes; at most {} are kept",
                                                           key, value.size(), longest_room_value));
    // PostgreSQL takes neither; SQLite would take both, and give them back in its own way.
    if (!is_text(value, allowed::all_but_nul))
        throw provider_error(failure::invalid, fmt::format("the room's value '{}' is not UTF-8 or has a NUL", key));
}

}  // namespace

std::optional<std::string> room_value(store::connection& on, communication_id room, std::string_view key) {
    check_key(key);
    return on.scalar<std::string>("select value from service_room_value where communication_id = :room and key = :key",
                                  {{"room", room}, {"key", key}});
}

void set_room_value(store::connection& on, communication_id room, std::string_view key, std::string_view value) {
    check_key(key);
    check_value(key, value);
    on.execute(R"(insert into service_room_value (communication_id, key, value) values (:room, :key, :value)
                  on conflict (communication_id, key) do update set value = excluded.value)",
               {{"room", room}, {"key", key}, {"value", value}});
}

void erase_room_value(store::connection& on, communication_id room, std::string_view key) {
    check_key(key);
    on.execute("delete from service_room_value where communication_id = :room and key = :key",
               {{"room", room}, {"key", key}});
}

void erase_room_values(store::connection& on, communication_id room) {
    on.execute("delete from service_room_value where communication_id = :room", {{"room", room}});
}

}  // namespace commhost::service
