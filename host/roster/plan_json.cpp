#include "roster/plan_json.hpp"

#include "directory/erasure.hpp"
#include "message/error.hpp"
#include "roster/change_set_json.hpp"
#include "roster/codes.hpp"
#include "roster/line_document.hpp"
#include "roster/record_json.hpp"
#include "text/time.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <system_error>

namespace commhost::roster {

namespace {

namespace json = boost::json;
using commhost::roster::to_json;  // Of records, beside those that follow.

constexpr std::string_view first_words = R"({"format":"commhost-plan","version":)";
constexpr std::string_view version = "1";

json::object to_json(const change_counts& counts) {
    return {{"added", counts.added}, {"changed", counts.changed}, {"removed", counts.removed}};
}

json::object to_json(const instance_summary& summary) {
    const auto list = [](const std::vector<std::string>& people) { return json::array(people.begin(), people.end()); };
    return {{"instance", to_json(summary.key)},          {"name", summary.name},
            {"change", to_string(summary.change)},       {"added", list(summary.added)},
            {"changed", list(summary.changed)},          {"removed", list(summary.removed)},
            {"picture_changed", summary.picture_changed}};
}

json::object to_json(const problem& problem) {
    json::object result{{"code", problem.code.id()}, {"file", problem.place.file}};
    if (problem.place.line > 0) result["line"] = problem.place.line;
    if (!problem.place.pointer.empty()) result["pointer"] = problem.place.pointer;
    result["left_out"] = problem.left_out;
    result["text"] = problem.text();
    return result;
}

json::object to_json(const held_room& room) {
    return {{"instance", to_json(room.key)},
            {"name", room.name},
            {"members", room.members},
            {"removed", room.removals},
            {"because", to_string(room.because)}};
}

std::string text_of(const json::value& value) { return std::string(value.as_string()); }

change_counts counts_of(const json::value& value) {
    const auto number = [&](std::string_view name) { return value.at(name).to_number<std::size_t>(); };
    return {number("added"), number("changed"), number("removed")};
}

instance_summary summary_of(const json::value& value) {
    const auto list = [&](std::string_view name) {
        std::vector<std::string> people;
        for (const auto& person : value.at(name).as_array()) people.push_back(text_of(person));
        return people;
    };
    instance_summary summary;
    from_json(value.at("instance"), summary.key);
    summary.name = text_of(value.at("name"));
    const auto change = text_of(value.at("change"));
    for (const auto each :
         std::array{instance_change::added, instance_change::changed, instance_change::removed, instance_change::none})
        if (to_string(each) == change) summary.change = each;
    summary.added = list("added");
    summary.changed = list("changed");
    summary.removed = list("removed");
    summary.picture_changed = value.at("picture_changed").as_bool();
    return summary;
}

/// Reads fields of which the first line does not tell that they are of another type.
template <class Read>
auto reading_of(const line_reader& from, Read&& read) {
    try {
        return read();
    } catch (const message::error&) {
        throw;
    } catch (const std::exception& failed) {
        // Boost.JSON tells of a missing field or another type by exceptions of several types.
        from.refuse(failed.what());
    }
}

void read_head(line_reader& from, plan& into) {
    into.from.database = text_of(from.field("database"));
    into.changes.source = text_of(from.field("source"));
    if (const auto revision = from.optional_field("revision")) into.changes.revision = revision->as_int64();
    into.from.made_at = from.field("made_at_milliseconds").as_int64();
    from.field("made_at");
    const auto roster = from.field("roster");
    into.from.roster = text_of(roster.at("name"));
    into.from.digest = text_of(roster.at("sha256"));
    into.complete = roster.at("complete").as_bool();
    const auto counts = from.field("counts");
    into.users = counts_of(counts.at("users"));
    into.instances = counts_of(counts.at("instances"));
    into.memberships = counts_of(counts.at("memberships"));
    // In plans of before there are none.
    if (const auto* guests = counts.as_object().if_contains("guests")) into.guests = guests->to_number<std::size_t>();
}

/// Of the first line, which is left to be read: another version, or another form of the same document.
void check_version(line_reader& from) {
    const std::string_view line = from.peek();
    const auto edited = [&] { return message::error(ROSTER_PLAN_EDITED, {{"file", from.file()}}); };
    if (!line.starts_with(first_words)) {
        if (line == "{" || begins_as_plan(line)) throw edited();
        from.refuse(message::phrase("plan_line_wanted", {{"text", std::string(first_words)}}));
    }
    const auto rest = line.substr(first_words.size());
    const auto found = rest.substr(0, std::min<std::size_t>(rest.find_first_not_of("0123456789"), 20));
    if (found != version)
        throw message::error(ROSTER_PLAN_VERSION, {{"file", from.file()}, {"version", std::string(found)}});
    if (rest != std::string(version) + ",") throw edited();
}

/// One that an earlier commhost made may have them.
void refuse_erased(const directory::changes_of<directory::user_record, std::string>& users, const std::string& file) {
    for (const auto* records : {&users.inserted, &users.updated})
        for (const auto& record : *records)
            if (directory::is_erased_name(record.external_id))
                throw message::error(ROSTER_ERASED_ID, {{"place", file}, {"user", record.external_id}});
}

}  // namespace

void write_plan(std::ostream& to, const plan& plan, const braked& held) {
    const auto& changes = plan.changes;
    line_writer lines(to);
    lines.line(std::string(first_words) + std::string(version) + ",");
    lines.field("database", json::string(plan.from.database));
    lines.field("source", json::string(changes.source));
    if (changes.revision) lines.field("revision", *changes.revision);
    lines.field("made_at_milliseconds", plan.from.made_at);
    lines.field("made_at", json::string(text::utc(plan.from.made_at)));
    lines.field("roster",
                json::object{{"name", plan.from.roster}, {"sha256", plan.from.digest}, {"complete", plan.complete}});
    lines.field("counts", json::object{{"users", to_json(plan.users)},
                                       {"instances", to_json(plan.instances)},
                                       {"memberships", to_json(plan.memberships)},
                                       {"guests", plan.guests}});
    lines.list("by_instance", plan.by_instance, ",", [](const auto& each) { return to_json(each); });
    lines.field("removals", json::object{{"members", held.members},
                                         {"removed", held.removals},
                                         {"held", held.held_removals},
                                         {"accounts", held.closed_accounts}});
    lines.list("held", held.rooms, ",", [](const auto& each) { return to_json(each); });
    lines.field("rows", json::object{{"left_out", plan.problems.left_out()}, {"noted", plan.problems.noted()}});
    lines.list("problems", plan.problems.kept(), ",", [](const auto& each) { return to_json(each); });
    write_changes(lines, changes);
    lines.end();
}

plan read_plan(std::istream& stream, const std::string& file) {
    line_reader from(stream, file, largest_plan);
    check_version(from);
    from.expect(std::string(first_words) + std::string(version) + ",");
    plan result;
    reading_of(from, [&] { read_head(from, result); });
    from.list("by_instance", ",", [&](const json::value& row) { result.by_instance.push_back(summary_of(row)); });
    from.field("removals");
    from.list("held", ",", [](const json::value&) {});
    from.field("rows");
    from.list("problems", ",", [](const json::value&) {});
    read_changes(from, result.changes);
    refuse_erased(result.changes.users, file);
    result.from.plan = from.end();
    return result;
}

plan read_plan_file(const std::filesystem::path& file) {
    std::error_code failed;
    const auto name = file.filename().string();
    if (std::filesystem::file_size(file, failed) > largest_plan && !failed)
        throw message::error(ROSTER_SIZE, {{"file", name}, {"limit", message::phrase("plan_limit")}});
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw message::error(ROSTER_READ, {{"file", file.string()}, {"reason", std::strerror(errno)}});
    return read_plan(stream, name);
}

bool begins_as_plan(std::string_view text) {
    const auto skip = [&](std::string_view word) {
        const auto first = text.find_first_not_of(" \t\r\n");
        if (first == std::string_view::npos || !text.substr(first).starts_with(word)) return false;
        text.remove_prefix(first + word.size());
        return true;
    };
    return skip("{") && skip("\"format\"") && skip(":") && skip("\"commhost-plan\"");
}

}  // namespace commhost::roster
