#include "roster/cause.hpp"

namespace commhost::roster {

namespace {

constexpr std::string_view undone = "undo ";
constexpr std::string_view done_again = "redo ";
constexpr std::size_t enough_digits = 12;

std::string numbered(const char* word, held_id id) {
    return std::string(word) + " " + std::to_string(static_cast<std::int64_t>(id));
}

}  // namespace

std::string import_cause(std::int64_t revision) {
    return revision == 0 ? "import" : "import " + std::to_string(revision);
}

std::string plan_cause(std::string_view digest) { return "plan " + std::string(digest.substr(0, enough_digits)); }

std::string approval_cause(held_id id) { return numbered("approval", id); }

std::string discard_cause(held_id id) { return numbered("discard", id); }

std::string undo_cause(std::string_view of) {
    if (of.starts_with(undone)) return std::string(done_again) + std::string(of.substr(undone.size()));
    if (of.starts_with(done_again)) return std::string(undone) + std::string(of.substr(done_again.size()));
    return std::string(undone) + std::string(of);
}

}  // namespace commhost::roster
