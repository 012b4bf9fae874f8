#include "message/pattern.hpp"

#include "message/plural_rules.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

using namespace commhost;

namespace {

std::string in(std::string_view language, std::string_view pattern, const message::arguments& values) {
    return message::format(pattern, values, message::plural_rules(language));
}

}  // namespace

TEST_CASE("placeholders are replaced by name, and a value is not searched for placeholders") {
    CHECK(in("en", "{a} is in {b}", {{"b", "{a}"}, {"a", "Ada"}}) == "Ada is in {a}");
    CHECK(in("en", "'{room}'", {{"room", "Physics"}}) == "'Physics'");
}

TEST_CASE("a placeholder without a value and any other brace stay as they are") {
    CHECK(in("en", "{a} {b} {", {{"a", "1"}}) == "1 {b} {");
    CHECK(in("en", R"(PUT {path} with {"admin": true})", {{"path", "/x"}}) == R"(PUT /x with {"admin": true})");
    CHECK(in("en", "} {} { a, b } {a", {{"a", "1"}}) == "} {} { a, b } {a");
}

TEST_CASE("a plural takes the form of its language for the number") {
    const std::string rooms = "{n, plural, one {# room} other {# rooms}}";
    CHECK(in("en", rooms, {{"n", "1"}}) == "1 room");
    CHECK(in("en", rooms, {{"n", "0"}}) == "0 rooms");
    CHECK(in("en", rooms, {{"n", "21"}}) == "21 rooms");
    const std::string polish = "{n, plural, one {# plik} few {# pliki} many {# plików} other {# pliku}}";
    CHECK(in("pl", polish, {{"n", "1"}}) == "1 plik");
    CHECK(in("pl", polish, {{"n", "3"}}) == "3 pliki");
    CHECK(in("pl", polish, {{"n", "12"}}) == "12 plików");
    CHECK(in("pl", polish, {{"n", "22"}}) == "22 pliki");
    CHECK(in("ja", "{n, plural, other {#部屋}}", {{"n", "1"}}) == "1部屋");
    CHECK(in("de_at", "{n, plural, one {ein Raum} other {# Räume}}", {{"n", "1"}}) == "ein Raum");
}

TEST_CASE("a plural prefers the form for just this number, and takes the last resort for what is no number") {
    const std::string rooms = "{n, plural, =0 {none} one {one} other {# or so}}";
    CHECK(in("en", rooms, {{"n", "0"}}) == "none");
    CHECK(in("en", rooms, {{"n", "many"}}) == "many or so");
    CHECK(in("en", rooms, {{"n", "99999999999999999999999"}}) == "99999999999999999999999 or so");
    CHECK(in("en", rooms, {{"n", "-1"}}) == "one");
    CHECK(in("en", rooms, {}) == "{n} or so");
}

TEST_CASE("a select takes the branch of the word, and branches have placeholders of their own") {
    const std::string state = "{who} {state, select, away {is {state} since {time}} other {{state}: {\"x\"}}}.";
    CHECK(in("en", state, {{"who", "Ada"}, {"state", "away"}, {"time", "noon"}}) == "Ada is away since noon.");
    CHECK(in("en", state, {{"who", "Ada"}, {"state", "lost"}}) == "Ada lost: {\"x\"}.");
    CHECK(in("en", "{n, plural, one {{w, select, a {# A} other {#}}} other {-}}", {{"n", "1"}, {"w", "a"}}) == "1 A");
}

TEST_CASE("what is not well formed is told, and its plain placeholders are replaced all the same") {
    const std::vector<std::string> wrong{
        "{n, plural, one {# x}}",
        "{n, plural, one {# x} one {y} other {}}",
        "{n, plural, single {x} other {}}",
        "{n, plural, one {# x} other {# y}",
        "{n, date, short}",
        "{n, plural}",
        "{n, select, other x}",
        "{n, plural, other",
    };
    for (const auto& each : wrong) {
        CAPTURE(each);
        CHECK(!message::examine(each + " {a}").fault.empty());
        CHECK(in("en", each + " {a}", {{"n", "1"}, {"a", "A"}}) == each + " A");
    }
    CHECK(message::examine("{n, plural, one {x}}").fault == "{n, ...}: the branch 'other' is missing");
    CHECK(message::examine("all is {well} {").fault.empty());
}

TEST_CASE("a pattern is nested as deep as sentences go, and a hostile one ends soon") {
    std::string deep = "x";
    for (int depth = 0; depth < 8; ++depth) deep = "{n, select, other {" + deep + "}}";
    CHECK(in("en", deep, {{"n", "1"}}) == "x");
    CHECK(!message::examine("{n, select, other {" + deep + "}}").fault.empty());
    std::string open;
    for (int count = 0; count < 50'000; ++count) open += "{n, plural, other {";
    CHECK(in("en", open, {{"n", "1"}}) == open);
    CHECK(in("en", std::string(200'000, '{'), {{"n", "1"}}).size() == 200'000);
}

TEST_CASE("an examination names the placeholders and the categories of every plural") {
    const auto found = message::examine(
        "{file}: {n, plural, =0 {none} one {#} other {# in {place}}}, {n, plural, one {x} few {y} other {z}}");
    CHECK(found.placeholders == std::set<std::string>{"file", "n", "place"});
    CHECK(found.plural.at("n") == std::set<std::string>{"one", "other"});
}
