#include "roster/problem.hpp"

#include <utility>

namespace commhost::roster {

namespace {

message::arguments with_place(const problem& problem) {
    auto values = problem.arguments;
    values.emplace_back("place", problem.place.text());
    return values;
}

}  // namespace

std::string place::text() const {
    return file + (line == 0 ? "" : ":" + std::to_string(line)) + (pointer.empty() ? "" : "#" + pointer);
}

std::string problem::text() const { return message::catalogue::current().text(code, with_place(*this)); }

std::string problem::advice() const { return message::catalogue::current().advice(code, with_place(*this)); }

void problem_list::add(problem found) {
    ++(found.left_out ? left_out_ : noted_);
    if (kept_.size() < most_kept) kept_.push_back(std::move(found));
}

}  // namespace commhost::roster
