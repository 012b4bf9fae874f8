#include "cli/time_words.hpp"

#include "cli/codes.hpp"
#include "message/error.hpp"
#include "plugin/setting_values.hpp"
#include "roster/date.hpp"

#include <chrono>
#include <variant>

namespace commhost::cli {

store::milliseconds_utc time_of(const std::string& text, std::string_view flag, store::milliseconds_utc now) {
    if (const auto date = roster::parse_date(text)) return *date;
    plugin::setting as;
    as.type = plugin::setting_type::duration;
    try {
        return now - std::chrono::milliseconds(std::get<std::chrono::seconds>(plugin::parse_setting(as, text))).count();
    } catch (const message::error&) {  // which speaks of a setting
        throw message::error(CLI_TIME, {{"flag", std::string(flag)}, {"text", text}});
    }
}

}  // namespace commhost::cli
