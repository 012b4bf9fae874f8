#include "cli/problems.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace commhost::cli {

boost::json::array to_json(std::span<const plugin::problem> problems) {
    boost::json::array list;
    for (const auto& each : problems) list.push_back(to_json(each.code, each.arguments));
    return list;
}

void print_problems(const output& out, std::span<const plugin::problem> problems) {
    for (const auto& each : problems) {
        out.line(fmt::format("  {}: {}", each.code.id(), each.text()));
        if (const auto advice = each.advice(); !advice.empty()) out.line(fmt::format("    {}", advice));
    }
}

}  // namespace commhost::cli
