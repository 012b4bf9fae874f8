#include "cli/switched_off.hpp"

#include "cli/codes.hpp"
#include "communication/room.hpp"
#include "message/error.hpp"
#include "plugin/dependencies.hpp"
#include "worker/availability.hpp"
#include "worker/codes.hpp"

#include <fmt/format.h>

#include <utility>

namespace commhost::cli {

switched_off what_stops(worker::host& host, const plugin::plugin_set& found, const std::string& name) {
    const auto rooms = communication::count_rooms(*host.database().borrow());
    const auto rooms_of = [&](const std::string& provider) {
        const auto of_it = rooms.find(provider);
        return of_it == rooms.end() ? 0 : of_it->second.active;
    };
    switched_off told;
    told.rooms_waiting = rooms_of(name);
    told.refused = plugin::refused_without(found.plugins, name);
    const auto* entry = found.find(name);
    const bool is_there = entry != nullptr && entry->state != plugin::plugin_state::missing;
    const bool is_default = host.settings().default_provider == name;
    // Of one that is missing others say which rooms wait, and why.
    if (is_there && (told.rooms_waiting > 0 || is_default))
        told.notices.emplace_back(CLI_PROVIDER_DISABLED,
                                  message::arguments{{"plugin", name},
                                                     {"rooms", std::to_string(told.rooms_waiting)},
                                                     {"default", is_default ? "yes" : "no"}});
    if (!told.refused.empty()) {
        told.stops_others = true;
        std::int64_t waiting = 0;
        for (const auto& each : told.refused) waiting += rooms_of(each);
        told.notices.emplace_back(CLI_DEPENDENTS_REFUSED,
                                  message::arguments{{"plugin", name},
                                                     {"number", std::to_string(told.refused.size())},
                                                     {"refused", fmt::format("{}", fmt::join(told.refused, ", "))},
                                                     {"rooms", std::to_string(waiting)}});
    }
    auto down = told.refused;
    down.insert(down.begin(), name);
    for (auto& each : required_among(host, found, down)) {
        told.stops_others = true;
        told.notices.push_back(std::move(each));
    }
    return told;
}

std::vector<plugin::problem> required_among(worker::host& host, const plugin::plugin_set& found,
                                            std::span<const std::string> names) {
    std::vector<plugin::problem> down;
    for (const auto& each : names) {
        if (!worker::is_required(host, each)) continue;
        const auto reason = worker::why_not_sound(found.find(each), each);
        if (!reason) continue;  // somebody has mended it
        down.emplace_back(worker::WORKER_REQUIRED, message::arguments{{"plugin", each}, {"reason", reason->text()}});
    }
    return down;
}

}  // namespace commhost::cli
