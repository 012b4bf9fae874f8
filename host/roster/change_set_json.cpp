#include "roster/change_set_json.hpp"

#include "message/error.hpp"
#include "roster/record_json.hpp"

#include <limits>
#include <sstream>

namespace commhost::roster {

namespace {

namespace json = boost::json;

constexpr std::string_view format = R"({"format":"commhost-changes","version":1,)";

template <class Rows>
void write_list(line_writer& to, std::string_view name, const Rows& rows, std::string_view behind = ",") {
    to.list(name, rows, behind, [](const auto& row) { return to_json(row); });
}

template <class Row>
void read_list(line_reader& from, std::string_view name, std::vector<Row>& into, std::string_view behind = ",") {
    from.list(name, behind, [&](const json::value& row) { from_json(row, into.emplace_back()); });
}

template <class Record, class Key>
void write_kind(line_writer& to, std::string_view name, const directory::changes_of<Record, Key>& changes,
                std::string_view behind = ",") {
    to.line(line_writer::quoted(name) + ":{");
    write_list(to, "inserted", changes.inserted);
    write_list(to, "updated", changes.updated);
    write_list(to, "deleted", changes.deleted);
    write_list(to, "absent", changes.absent, "}" + std::string(behind));
}

template <class Record, class Key>
void read_kind(line_reader& from, std::string_view name, directory::changes_of<Record, Key>& into,
               std::string_view behind = ",") {
    from.expect(line_writer::quoted(name) + ":{");
    read_list(from, "inserted", into.inserted);
    read_list(from, "updated", into.updated);
    read_list(from, "deleted", into.deleted);
    read_list(from, "absent", into.absent, "}" + std::string(behind));
}

}  // namespace

void write_changes(line_writer& to, const directory::change_set& changes) {
    to.line("\"changes\":{");
    write_kind(to, "users", changes.users);
    write_list(to, "claimed_users", changes.claimed_users);
    write_kind(to, "instances", changes.instances);
    write_list(to, "claimed_instances", changes.claimed_instances);
    write_list(to, "pictures", changes.pictures);
    write_kind(to, "memberships", changes.memberships, "},");
}

void read_changes(line_reader& from, directory::change_set& into) {
    from.expect("\"changes\":{");
    read_kind(from, "users", into.users);
    read_list(from, "claimed_users", into.claimed_users);
    read_kind(from, "instances", into.instances);
    read_list(from, "claimed_instances", into.claimed_instances);
    read_list(from, "pictures", into.pictures);
    read_kind(from, "memberships", into.memberships, "},");
}

std::string to_text(const directory::change_set& changes) {
    std::ostringstream text;
    line_writer to(text);
    to.line(format);
    to.field("source", json::string(changes.source));
    write_changes(to, changes);
    to.end();
    return std::move(text).str();
}

directory::change_set change_set_of(const std::string& text, const std::string& where) {
    std::istringstream stream(text);
    line_reader from(stream, where, std::numeric_limits<std::size_t>::max());
    from.expect(format);
    directory::change_set changes;
    const auto source = from.field("source");
    if (!source.is_string()) from.refuse(message::phrase("plan_line_wanted", {{"text", "\"source\":"}}));
    changes.source = source.get_string();
    read_changes(from, changes);
    from.end();
    return changes;
}

}  // namespace commhost::roster
