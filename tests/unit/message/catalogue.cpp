#include "message/catalogue.hpp"

#include "message/error.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

using namespace commhost;

TEST_CASE("a message names what was found") {
    const message::catalogue catalogue(
        R"({"ROOM_LOST": {"text": "Room {room} is gone.", "advice": "Make {room} again."}})");
    CHECK(catalogue.text(message::code("ROOM_LOST"), {{"room", "Physics"}}) == "Room Physics is gone.");
    CHECK(catalogue.advice(message::code("ROOM_LOST"), {{"room", "Physics"}}) == "Make Physics again.");
}

TEST_CASE("a code that the catalogue lacks still tells what was known") {
    const message::catalogue catalogue("{}");
    CHECK(catalogue.text(message::code("ROOM_LOST"), {{"room", "Physics"}}) == "ROOM_LOST room=Physics");
    CHECK(catalogue.advice(message::code("ROOM_LOST"), {}) == "");
}

TEST_CASE("a placeholder without a value stays, and a value is not searched for placeholders") {
    CHECK(message::replace_placeholders("{a} {b} {", {{"a", "{b}"}}) == "{b} {b} {");
}

TEST_CASE("a brace that stands before a placeholder for itself does not swallow it") {
    CHECK(message::replace_placeholders("found '{' in {file}", {{"file", "x.json"}}) == "found '{' in x.json");
    CHECK(message::replace_placeholders("}{a}}", {{"a", "1"}}) == "}1}");
}

TEST_CASE("a sentence is one line that a terminal can be given, whatever its values are") {
    const message::catalogue catalogue(R"({"A": {"text": "found {found}.", "advice": "mend {found}"}})");
    const message::arguments hostile{{"found", "a\x1b[2J\nb\xff"}};
    CHECK(catalogue.text(message::code("A"), hostile) == "found a [2J b\uFFFD.");
    CHECK(catalogue.advice(message::code("A"), hostile) == "mend a [2J b\uFFFD");
    CHECK(catalogue.text(message::code("LACKING"), hostile) == "LACKING found=a [2J b\uFFFD");
}

TEST_CASE("a catalogue of the wrong shape is refused") {
    CHECK_THROWS_AS(message::catalogue("[]"), std::invalid_argument);
    CHECK_THROWS_AS(message::catalogue(R"({"A": {"text": "x"}})"), std::invalid_argument);
}

TEST_CASE("an error's what() begins with its code") {
    const message::error failed(message::code("STORE_LOCATION"), {{"location", "x"}});
    CHECK(std::string(failed.what()) == "STORE_LOCATION: The database 'x' is not one that commhost knows.");
    CHECK(failed.advice().find("sqlite:") != std::string::npos);
}
