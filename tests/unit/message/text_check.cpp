#include "message/text_check.hpp"

#include "message/codes.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace commhost;
using message::string_table;

namespace {

/// "CODE key value": the last value is what is particular to the fault.
std::vector<std::string> told(const std::vector<message::text_fault>& faults) {
    std::vector<std::string> lines;
    for (const auto& each : faults)
        lines.push_back(std::string(each.which.id()) + " " + each.key + " " + each.values.back().second);
    return lines;
}

using lines = std::vector<std::string>;

const string_table english{{"a", "{file} is {state}"}, {"n", "{number, plural, one {room} other {# rooms}}"}};

}  // namespace

TEST_CASE("texts that fit the English ones have no fault") {
    CHECK(message::check_texts("en", english, english).empty());
    CHECK(message::check_texts("de", {{"a", "{state}: {file}"}}, english).empty());
    CHECK(message::check_texts("de", {{"n", "{number, plural, =1 {Raum} other {# Räume}}"}}, english).empty());
}

TEST_CASE("each kind of fault in a text is told") {
    CHECK(told(message::check_texts("de", {{"a", "{file} ist {zustand}"}}, english)) ==
          lines{"LANG_PLACEHOLDER_UNKNOWN a {zustand}", "LANG_PLACEHOLDER_MISSING a {state}"});
    CHECK(told(message::check_texts("de", {{"b", "x"}}, english)) == lines{"LANG_KEY_UNKNOWN b b"});
    CHECK(told(message::check_texts("de", {{"n", "{number, plural, one {x}}"}}, english)) ==
          lines{"LANG_PATTERN n {number, ...}: the branch 'other' is missing"});
    CHECK(told(message::check_texts("de", {{"n", "{number, plural, other {x}}"}}, english)) ==
          lines{"LANG_PLURAL_MISSING n one"});
    CHECK(told(message::check_texts("de", {{"n", "{number, plural, one {x} few {y} other {z}}"}}, english)) ==
          lines{"LANG_PLURAL_UNKNOWN n few"});
    CHECK(told(message::check_texts("pl", {{"n", "{number, plural, one {x} other {z}}"}}, english)) ==
          lines{"LANG_PLURAL_MISSING n few, many"});
    CHECK(message::check_texts("ja", {{"n", "{number, plural, other {z}}"}}, english).empty());
}

TEST_CASE("texts that are missing are named") {
    CHECK(told(message::missing_texts({{"a", ""}}, english)) == lines{"LANG_KEY_MISSING n n"});
    CHECK(message::missing_texts(english, english).empty());
}
