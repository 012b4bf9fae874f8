#include "roster/object_reader.hpp"

#include "directory/picture.hpp"
#include "message/error.hpp"
#include "roster/codes.hpp"
#include "roster/date.hpp"
#include "text/ascii.hpp"
#include "text/utf8.hpp"

namespace commhost::roster {

namespace json = boost::json;

namespace {

// The limits stand in roster.schema.json too, which counts characters where these count bytes: a name in letters of
// four bytes each may have a quarter.
constexpr std::size_t longest_word = 60;
constexpr std::size_t longest_id = 255;
constexpr std::size_t longest_text = 1000;

}  // namespace

object_reader::object_reader(const json::value& value, const std::string& file, std::string pointer)
    : file_(file), pointer_(std::move(pointer)) {
    if (!value.is_object()) refuse("", message::phrase("roster_wanted_object"));
    object_ = &value.get_object();
}

void object_reader::refuse_others() const {
    for (const auto& field : *object_)
        if (!asked_.contains(std::string_view(field.key())))
            throw message::error(ROSTER_JSON_FIELD, {{"place", place(text::pointer_part(field.key()))},
                                                     {"field", text::tidy(field.key())}});
}

const json::value* object_reader::find(std::string_view name) {
    asked_.insert(name);
    return object_->if_contains(name);
}

const json::value& object_reader::need(std::string_view name) {
    const auto* value = find(name);
    if (value == nullptr)
        throw message::error(
            ROSTER_JSON_VALUE,
            {{"place", place("")}, {"wanted", message::phrase("roster_wanted_field", {{"name", std::string(name)}})}});
    return *value;
}

std::string object_reader::id(std::string_view name) { return text(name, need(name), longest_id, true); }
std::string object_reader::word(std::string_view name) { return text(name, need(name), longest_word, true); }

std::optional<std::string> object_reader::optional_id(std::string_view name) {
    const auto* value = find(name);
    if (value == nullptr) return std::nullopt;
    return text(name, *value, longest_id, true);
}

std::string object_reader::optional_word(std::string_view name, std::string_view otherwise) {
    const auto* value = find(name);
    return value == nullptr ? std::string(otherwise) : text(name, *value, longest_word, true);
}

std::string object_reader::optional_text(std::string_view name) {
    const auto* value = find(name);
    return value == nullptr ? std::string() : text(name, *value, longest_text, false);
}

directory::profile_fields object_reader::fields(std::string_view name) {
    directory::profile_fields found;
    const auto* value = find(name);
    if (value == nullptr) return found;
    const auto at = text::pointer_part(name);
    if (!value->is_object()) refuse(at, message::phrase("roster_wanted_texts"));
    if (value->get_object().size() > directory::most_fields)
        refuse(at, message::phrase("roster_wanted_fields", {{"most", std::to_string(directory::most_fields)}}));
    for (const auto& [key, content] : value->get_object()) {
        const std::string_view field = key;
        if (field.empty() || field.size() > directory::longest_field_name ||
            text::end_of_valid_utf8(field) != field.size() || text::has_control_character(field))
            refuse(
                at + text::pointer_part(field),
                message::phrase("roster_wanted_field_name", {{"most", std::to_string(directory::longest_field_name)}}));
        found.emplace(field, text_at(at + text::pointer_part(field), content, directory::longest_field, true));
    }
    return found;
}

std::string object_reader::picture() {
    constexpr std::size_t longest = directory::largest_picture / 3 * 4 + 1000;
    const auto* value = find("picture");
    return text("picture", *value, longest, false);
}

bool object_reader::truth(std::string_view name) {
    const auto* value = find(name);
    if (!value->is_bool()) refuse(text::pointer_part(name), message::phrase("roster_wanted_truth"));
    return value->get_bool();
}

std::optional<store::milliseconds_utc> object_reader::date(std::string_view name, bool ignored) {
    const auto* value = find(name);
    if (value == nullptr) return std::nullopt;
    const std::string_view written = value->is_string() ? std::string_view(value->get_string()) : "";
    const auto at = written.find('/') == std::string_view::npos ? parse_date(written) : std::nullopt;
    if (!at) refuse(text::pointer_part(name), message::phrase("roster_wanted_date"));
    return ignored ? std::nullopt : at;
}

void object_reader::refuse(std::string_view below, std::string_view wanted) const {
    throw message::error(ROSTER_JSON_VALUE, {{"place", place(below)}, {"wanted", std::string(wanted)}});
}

std::string object_reader::place(std::string_view below) const { return file_ + "#" + pointer_ + std::string(below); }

std::string object_reader::text(std::string_view name, const json::value& value, std::size_t limit, bool needed) const {
    return text_at(text::pointer_part(name), value, limit, needed);
}

std::string object_reader::text_at(const std::string& below, const json::value& value, std::size_t limit,
                                   bool needed) const {
    if (!value.is_string()) refuse(below, message::phrase("roster_wanted_text"));
    const std::string_view found = value.get_string();
    if (needed && found.empty()) refuse(below, message::phrase("roster_wanted_text_some"));
    if (found.size() > limit)
        refuse(below, message::phrase("roster_wanted_text_most", {{"most", std::to_string(limit)}}));
    if (text::end_of_valid_utf8(found) != found.size() || text::has_control_character(found))
        refuse(below, message::phrase("roster_wanted_text_clean"));
    return std::string(found);
}

}  // namespace commhost::roster
