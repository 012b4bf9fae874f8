#include "service/room_values.hpp"

#include "service/value_rules.hpp"
#include "store/json_rows.hpp"

namespace commhost::service {

using core_communication::communication_id;

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

void erase_room_values(store::connection& on, std::span<const communication_id> rooms) {
    store::json_rows rows;
    for (const auto room : rooms) rows.add(room);
    on.execute("delete from service_room_value where communication_id in (select r.id from " +
                   store::json_rows::table(on.dialect(), ":rows", {{"id", store::column::integer}}) + " r)",
               {{"rows", rows.json()}});
}

}  // namespace commhost::service
