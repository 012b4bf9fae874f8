#include "roster/oneroster_row.hpp"

#include "message/catalogue.hpp"
#include "roster/codes.hpp"
#include "roster/date.hpp"
#include "text/ascii.hpp"
#include "text/utf8.hpp"

#include <utility>

namespace commhost::roster {

void oneroster_row::fault(message::code code, message::arguments arguments) {
    if (good_) problems_.add({code, {file_, row_.line, {}}, std::move(arguments), true});
    good_ = false;
}

void oneroster_row::note(message::code code, message::arguments arguments) const {
    problems_.add({code, {file_, row_.line, {}}, std::move(arguments), false});
}

std::string oneroster_row::id(std::size_t column, std::string_view name) {
    const auto cell = row_.cells[column];
    if (cell.empty()) fault(ROSTER_VALUE_MISSING, {{"column", std::string(name)}});
    if (cell.size() > longest_id)
        fault(ROSTER_VALUE_LONG, {{"column", std::string(name)}, {"limit", std::to_string(longest_id)}});
    if (text::has_control_character(cell))
        fault(ROSTER_VALUE, {{"column", std::string(name)},
                             {"found", text::tidy(cell)},
                             {"wanted", message::phrase("reason_no_control")}});
    return std::string(cell);
}

std::string oneroster_row::text(std::size_t column, std::string_view name) {
    if (row_.cells[column].size() > longest_text) {
        fault(ROSTER_VALUE_LONG, {{"column", std::string(name)}, {"limit", std::to_string(longest_text)}});
        return {};
    }
    return text::tidy(row_.cells[column]);
}

row_status oneroster_row::status(std::size_t column) {
    const auto word = text::lower(row_.cells[column]);
    if (word.empty() || word == "active") return row_status::active;
    if (word == "inactive") return row_status::inactive;
    if (word == "tobedeleted") return row_status::removed;
    fault(ROSTER_VALUE, {{"column", "status"}, {"found", shown(word)}, {"wanted", "active, inactive, tobedeleted"}});
    return row_status::active;
}

std::optional<store::milliseconds_utc> oneroster_row::date(std::size_t column, std::string_view name) {
    if (ignore_dates_ || row_.cells[column].empty()) return std::nullopt;
    const auto at = parse_date(row_.cells[column]);
    if (!at)
        fault(ROSTER_VALUE, {{"column", std::string(name)},
                             {"found", shown(row_.cells[column])},
                             {"wanted", message::phrase("reason_date")}});
    return at;
}

directory::profile_fields oneroster_row::fields(std::size_t first) const {
    directory::profile_fields found;
    for (std::size_t index = 0; index < further_fields.size(); ++index) {
        const std::string name(further_fields[index]);
        auto text = text::tidy(row_.cells[first + index]);
        if (text.size() > directory::longest_field)
            note(ROSTER_FIELD_LONG, {{"column", name}, {"limit", std::to_string(directory::longest_field)}});
        else if (!text.empty())
            found.emplace(name, std::move(text));
    }
    return found;
}

std::string oneroster_row::shown(std::string_view cell) {
    constexpr std::size_t enough = 60;
    auto text = text::tidy(cell);
    if (text.size() <= enough) return text;
    return text.substr(0, text::end_of_valid_utf8(std::string_view(text).substr(0, enough))) + "...";
}

}  // namespace commhost::roster
