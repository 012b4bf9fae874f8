#include "message/catalogue.hpp"

#include "message/error.hpp"
#include "message/text_check.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

using namespace commhost;

namespace {

message::catalogue catalogue_of(std::vector<std::string> languages) {
    const auto texts = std::make_shared<message::translations>();
    texts->put("en", {{"ROOM_LOST/title", "Lost"},
                      {"ROOM_LOST/found", "Room {room} is gone."},
                      {"ROOM_LOST/wanted", "It must be there."},
                      {"ROOM_LOST/done", "Nothing was changed."},
                      {"ROOM_LOST/advice", "Make {room} again."},
                      {"state_ready", "ready"},
                      {"hello", "Hello {name}"}});
    texts->put("de", {{"ROOM_LOST/found", "Raum {room} ist weg."}, {"hello", "Hallo {name}"}});
    return {texts, std::move(languages)};
}

const message::code lost("ROOM_LOST");

}  // namespace

TEST_CASE("a message says what was found, what was wanted and what was done, in this order") {
    const auto english = catalogue_of({"en"});
    CHECK(english.text(lost, {{"room", "Physics"}}) == "Room Physics is gone. It must be there. Nothing was changed.");
    CHECK(english.advice(lost, {{"room", "Physics"}}) == "Make Physics again.");
    CHECK(english.part(lost, "title") == "Lost");
    CHECK(english.part(lost, "explanation").empty());
}

TEST_CASE("each part that a language lacks comes from the next one") {
    const auto german = catalogue_of({"de", "en"});
    CHECK(german.text(lost, {{"room", "Physik"}}) == "Raum Physik ist weg. It must be there. Nothing was changed.");
    CHECK(german.phrase("hello", {{"name", "Ada"}}) == "Hallo Ada");
    CHECK(german.phrase("state_ready") == "ready");
}

TEST_CASE("a code or key that the catalogue lacks still tells what was known") {
    const auto english = catalogue_of({"en"});
    CHECK(english.text(message::code("ROOM_FOUND"), {{"room", "Physics"}}) == "ROOM_FOUND room=Physics");
    CHECK(english.advice(message::code("ROOM_FOUND"), {}).empty());
    CHECK(english.phrase("goodbye") == "goodbye");
    CHECK(!english.find_phrase("goodbye"));
}

TEST_CASE("a value comes out as one line of UTF-8, whatever it was") {
    CHECK(catalogue_of({"en"}).phrase("hello", {{"name", "\x1b[31m\xff"}}) == "Hello  [31m\uFFFD");
}

TEST_CASE("a word of the program is shown in the reader's language, and as it is where there is none") {
    CHECK(message::word_of("room_state", "ready") == "ready");
    CHECK(message::word_of("room_state", "dormant, failed") == "dormant, failed");
    CHECK(message::word_of("room_state", "unheard of") == "unheard of");
    message::catalogue::use({message::catalogue::built_in_texts(), {"de", "en"}});
    CHECK(message::word_of("room_state", "ready") == "fertig");
    CHECK(message::phrase("never") == "nie");
    message::catalogue::use(message::catalogue::built_in());
}

TEST_CASE("an error speaks the language of the process, with its code in front") {
    const message::error english(message::code("STORE_LOCATION"), {{"location", "x"}});
    CHECK(std::string(english.what()) ==
          "STORE_LOCATION: The database 'x' is not one that commhost knows. Nothing was done.");
    CHECK(english.advice().find("sqlite:") != std::string::npos);
    message::catalogue::use({message::catalogue::built_in_texts(), {"de", "en"}});
    CHECK(english.text() == "Die Datenbank 'x' ist keine, die commhost kennt. Es wurde nichts getan.");
    message::catalogue::use(message::catalogue::built_in());
}

TEST_CASE("every code has a title, says what was found and what to do, in every language that is built in") {
    const auto texts = message::catalogue::built_in_texts();
    CHECK(message::catalogue::codes().size() > 100);
    for (const auto& language : texts->languages()) {
        for (const auto code : message::catalogue::codes()) {
            for (const auto* part : {"title", "found", "advice"}) {
                INFO(language, " ", code.id(), " ", part);
                const auto* text = texts->find(std::vector{language}, std::string(code.id()) + "/" + part);
                REQUIRE(text != nullptr);
                CHECK(!text->empty());
            }
        }
    }
}

TEST_CASE("the languages that are built in are complete and fit the English texts") {
    const auto texts = message::catalogue::built_in_texts();
    CHECK(texts->languages() == std::vector<std::string>{"de", "en"});
    const auto& english = *texts->table("en");
    for (const auto& language : texts->languages()) {
        const auto& table = *texts->table(language);
        for (const auto& faults :
             {message::check_texts(language, table, english), message::missing_texts(table, english)})
            for (const auto& each : faults) FAIL_CHECK(language << ": " << each.which.id() << " " << each.key);
    }
}

TEST_CASE("a code is found by its name, and no other is") {
    CHECK(message::catalogue::find_code("STORE_OPEN") == message::code("STORE_OPEN"));
    CHECK(!message::catalogue::find_code("STORE_OPENED"));
    CHECK(!message::catalogue::find_code("help_program"));
    CHECK(!message::catalogue::find_code(""));
}
