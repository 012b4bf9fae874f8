#include "cli/shown_brake.hpp"

#include "message/catalogue.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

namespace commhost::cli {

namespace json = boost::json;

void print_held(const output& out, const char* sentence, const roster::braked& taken) {
    if (taken.held_removals == 0) return;
    std::vector<std::vector<std::string>> rows;
    for (const auto& each : taken.rooms)
        rows.push_back({directory::name_of(each.key), each.name, std::to_string(each.members),
                        fmt::format("-{}", each.removals), message::word_of("held_because", to_string(each.because))});
    out.line("");
    out.line(message::phrase(
        sentence, {{"number", std::to_string(taken.held_removals)}, {"all", std::to_string(taken.removals)}}));
    if (!rows.empty())
        out.table({"heading_instance", "heading_name", "heading_members", "heading_out", "heading_because"}, rows);
}

json::object held_json(const roster::braked& taken, std::optional<roster::held_id> id) {
    json::array rooms;
    for (const auto& each : taken.rooms)
        rooms.push_back({{"instance", directory::name_of(each.key)},
                         {"name", each.name},
                         {"members", each.members},
                         {"removed", each.removals},
                         {"because", to_string(each.because)}});
    return {{"id", id ? json::value(static_cast<std::int64_t>(*id)) : json::value()},
            {"removals", taken.held_removals},
            {"of", taken.removals},
            {"members", taken.members},
            {"accounts", taken.closed_accounts},
            {"because", taken.everything_because ? json::value(to_string(*taken.everything_because)) : json::value()},
            {"until", time_json(taken.until)},
            {"rooms", std::move(rooms)}};
}

}  // namespace commhost::cli
