#include "communication/api.hpp"

#include "communication/codes.hpp"
#include "message/error.hpp"
#include "task/queue.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

namespace commhost::communication {

namespace {

void enqueue(store::connection& on, std::span<const touched_room> rooms, task::lane lane, store::milliseconds_utc now) {
    std::vector<task::new_task> tasks;
    for (const auto& room : rooms) tasks.push_back(reconcile_task(room, lane));
    task::queue::enqueue(on, tasks, now);
}

std::string name_of(const directory::instance_key& key) {
    return key.component + "/" + key.type + "/" + key.external_id;
}

}  // namespace

task::new_task reconcile_task(const touched_room& room, task::lane lane,
                              std::optional<store::milliseconds_utc> not_before) {
    const auto number = std::to_string(static_cast<std::int64_t>(room.id));
    task::new_task made;
    made.kind = reconcile_kind;
    made.queue = room.provider;
    made.key = "reconcile/" + number;
    made.order = "room/" + number;
    made.in_lane = lane;
    made.payload = R"({"room":)" + number + "}";
    made.not_before = not_before;
    return made;
}

communication_id room_of(std::string_view payload) {
    boost::system::error_code failed;
    const auto document = boost::json::parse(payload, failed);
    const auto* number = !failed && document.is_object() ? document.get_object().if_contains("room") : nullptr;
    if (number == nullptr || !number->is_int64()) throw message::error(ROOM_UNKNOWN, {{"room", std::string(payload)}});
    return communication_id{number->get_int64()};
}

std::size_t follow(store::connection& on, std::span<const directory::instance_id> touched,
                   std::string_view default_provider, task::lane lane, store::milliseconds_utc now) {
    std::vector<assignment> assignments;
    for (auto& instance : directory::find_instances(on, touched)) {
        std::string provider;
        if (instance.status == directory::instance_status::active)
            provider = instance.provider.empty() ? std::string(default_provider) : std::move(instance.provider);
        assignments.push_back({instance.id, std::move(provider)});
    }
    const auto rooms = assign(on, assignments, now);
    enqueue(on, rooms, lane, now);
    return rooms.size();
}

std::size_t synchronise_all(store::connection& on, store::milliseconds_utc now) {
    const auto rooms = active_rooms(on);
    enqueue(on, rooms, task::lane::periodic, now);
    return rooms.size();
}

room find_room(store::connection& on, std::string_view what) {
    std::int64_t number = 0;
    const auto [end, failed] = std::from_chars(what.data(), what.data() + what.size(), number);
    if (failed == std::errc() && end == what.data() + what.size()) {
        if (auto found = find_room(on, communication_id{number})) return *std::move(found);
    }
    std::vector<directory::instance> meant;
    for (auto& instance : directory::list_instances(on)) {
        if (name_of(instance.key) == what || instance.key.external_id == what) meant.push_back(std::move(instance));
    }
    if (meant.size() > 1) {
        std::string names;
        for (const auto& each : meant) names += (names.empty() ? "" : ", ") + name_of(each.key);
        throw message::error(ROOM_AMBIGUOUS, {{"room", std::string(what)}, {"rooms", names}});
    }
    if (meant.size() == 1) {
        if (auto rooms = rooms_of(on, meant.front().id); !rooms.empty()) return std::move(rooms.front());
    }
    throw message::error(ROOM_UNKNOWN, {{"room", std::string(what)}});
}

}  // namespace commhost::communication
