// A plan that was written to a file.

#include "expectation.hpp"
#include "roster/plan_json.hpp"
#include "target.hpp"

#include <sstream>
#include <string>

namespace commhost::fuzz {

namespace {

std::string written(const roster::plan& plan) {
    std::ostringstream text;
    roster::write_plan(text, plan, {});
    return text.str();
}

roster::plan read(const std::string& text) {
    std::istringstream from(text);
    return roster::read_plan(from, "plan.json");
}

}  // namespace

void run(std::string_view input) {
    const std::string text(input);
    roster::plan first;
    const auto refused = refusal_of([&] { first = read(text); }, {"file"});
    const auto again = refusal_of([&] { read(text); }, {"file"});
    expect(refused == again, "a plan is read twice alike");
    if (!refused.empty()) return;
    expect(roster::begins_as_plan(text), "what is read as a plan is known as one by its beginning");
    const auto once = written(first);
    expect(written(read(once)) == once, "what was read is written, and read, as the same");
}

}  // namespace commhost::fuzz
