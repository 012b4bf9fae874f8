#include "roster/document_lines.hpp"

#include "text/json_lines.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace commhost::roster {

namespace {

using pointers = std::set<std::string, std::less<>>;
using lines = std::map<std::string, std::size_t, std::less<>>;

/// The pointer of a text that place::text made without a line; nothing of any other argument.
std::optional<std::string> pointer_of(const std::pair<std::string, std::string>& argument, const std::string& file) {
    const auto& [name, value] = argument;
    if ((name != "place" && name != "first") || !value.starts_with(file + "#")) return std::nullopt;
    return value.substr(file.size() + 1);
}

/// It and what holds it, which has the line where a field is missing.
void want(pointers& wanted, std::string pointer) {
    while (wanted.insert(pointer).second && !pointer.empty()) pointer.resize(pointer.rfind('/'));
}

void want(pointers& wanted, const message::arguments& arguments, const std::string& file) {
    for (const auto& each : arguments)
        if (auto pointer = pointer_of(each, file)) want(wanted, *std::move(pointer));
}

/// 0 when it is not known.
std::size_t line_of(const lines& known, std::string pointer) {
    auto found = known.find(pointer);
    while (found == known.end() && !pointer.empty()) {
        pointer.resize(pointer.rfind('/'));
        found = known.find(pointer);
    }
    return found == known.end() ? 0 : found->second;
}

void add(message::arguments& arguments, const lines& known, const std::string& file) {
    for (auto& each : arguments) {
        if (const auto pointer = pointer_of(each, file))
            each.second = place{file, line_of(known, *pointer), *pointer}.text();
    }
}

}  // namespace

void add_lines(problem_list& problems, std::string_view text, const std::string& file) {
    auto& kept = problems.kept();
    if (kept.empty()) return;
    pointers wanted;
    for (const auto& each : kept) {
        want(wanted, each.place.pointer);
        want(wanted, each.arguments, file);
    }
    const auto known = text::lines_of_values(text, wanted);
    for (auto& each : kept) {
        each.place.line = line_of(known, each.place.pointer);
        add(each.arguments, known, file);
    }
}

message::error with_lines(const message::error& refused, std::string_view text, const std::string& file) {
    auto arguments = refused.arguments();
    pointers wanted;
    want(wanted, arguments, file);
    add(arguments, text::lines_of_values(text, wanted), file);
    return message::error(refused.code(), std::move(arguments));
}

}  // namespace commhost::roster
