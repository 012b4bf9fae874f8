#include "expectation.hpp"

#include "text/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <limits>

namespace commhost::fuzz {

namespace {

constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

}  // namespace

void expect(bool holds, std::string_view promise) {
    if (holds) return;
    fmt::print(stderr, "fuzz: broken: {}\n", promise);
    std::abort();
}

void expect_line(std::string_view text, std::string_view whose) {
    if (text::printable(text, no_limit) == text) return;
    expect(false, fmt::format("{} is one line of UTF-8 without control characters, found: {:?}", whose, text));
}

void expect_sound(message::code code, const message::arguments& arguments) {
    const auto& catalogue = message::catalogue::built_in();
    expect(message::catalogue::find_code(code.id()).has_value(), fmt::format("the catalogue has {}", code.id()));
    for (const auto* part : {"found", "wanted", "done", "advice"})
        for (const auto& name : message::examine(catalogue.part(code, part)).placeholders)
            expect(
                std::any_of(arguments.begin(), arguments.end(), [&](const auto& each) { return each.first == name; }),
                fmt::format("{} gets a value for {{{}}}", code.id(), name));
    expect_line(catalogue.text(code, arguments), code.id());
    expect_line(catalogue.advice(code, arguments), code.id());
}

std::vector<std::string_view> parts_of(std::string_view input) {
    constexpr std::string_view line = "=====\n";
    std::vector<std::string_view> parts;
    for (;;) {
        const auto at = input.find(line);
        parts.push_back(input.substr(0, at));
        if (at == std::string_view::npos) return parts;
        input.remove_prefix(at + line.size());
    }
}

}  // namespace commhost::fuzz
