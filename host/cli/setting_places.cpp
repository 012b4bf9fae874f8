#include "cli/setting_places.hpp"

#include "message/error.hpp"
#include "plugin/settings_schema.hpp"

#include <string>
#include <variant>

namespace commhost::cli {

using plugin::json_place;

std::chrono::milliseconds duration_of(const json_place& place) {
    plugin::setting as;
    as.type = plugin::setting_type::duration;
    try {
        return std::get<std::chrono::seconds>(plugin::parse_setting(as, place.text()));
    } catch (const message::error&) {  // which has no file and no line
        place.refuse(message::phrase("reason_duration_wanted"));
    }
}

std::chrono::milliseconds duration_of(const plugin::json_place& place, const lowest_duration& lowest) {
    const auto duration = duration_of(place);
    if (duration < lowest.second)
        place.refuse(message::phrase("reason_range", {{"lowest", std::string(lowest.first)}, {"highest", "3650d"}}));
    return duration;
}

std::int64_t integer_of(const json_place& place, std::int64_t lowest, std::int64_t highest) {
    const auto number = place.integer();
    if (number < lowest || number > highest)
        place.refuse(message::phrase("reason_range",
                                     {{"lowest", std::to_string(lowest)}, {"highest", std::to_string(highest)}}));
    return number;
}

}  // namespace commhost::cli
